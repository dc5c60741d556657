package io.hybridingest.pipeline;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the section {@code prepare} and has it held against the schema. */
final class PrepareReader {
    static final List<String> KEYS = List.of("rename", "defaults", "normalise", "mask", "drop", "unknown-fields");
    private static final List<String> NORMALISE_KEYS =
            List.of("zone", "timestamp-patterns", "decimal-point", "grouping", "excess-precision");

    private final Section section;
    private final DefinitionErrors errors;
    private final Map<String, String> drop;
    private final Prepare prepare;

    PrepareReader(Section section, DefinitionErrors errors) {
        this.section = section;
        this.errors = errors;
        this.drop = section.texts("drop");
        this.prepare = new Prepare(
                section.textMapping("rename"),
                section.mapping("defaults"),
                normalise(),
                masks(),
                List.copyOf(drop.values()),
                section.choice("unknown-fields", Prepare.UnknownFields.class, Prepare.UnknownFields.RESCUE));
    }

    Prepare prepare() {
        return prepare;
    }

    /** @param identity paths of the identity's fields */
    void check(FieldChecks fields, IncomingChecks incoming, Set<String> identity) {
        incoming.rename(section.at("rename"), prepare.rename());
        fields.defaults(section.at("defaults"), prepare.defaults(), prepare.normalise(), identity);
        fields.mask(section.at("mask"), prepare.mask(), identity);
        incoming.drop(drop, prepare.rename());
    }

    private Map<String, Prepare.Mask> masks() {
        Map<String, Prepare.Mask> masks = new LinkedHashMap<>();
        section.textMapping("mask").forEach((path, text) -> {
            String at = DefinitionTree.child(section.at("mask"), path);
            Prepare.Mask mask = section.choice(Prepare.Mask.class, text, at, null);
            if (mask != null) {
                masks.put(path, mask);
            }
        });
        return masks;
    }

    private Prepare.Normalise normalise() {
        Section normalise = Section.of(section.value("normalise"), section.at("normalise"), errors, NORMALISE_KEYS);
        Map<String, String> patterns = normalise.texts("timestamp-patterns");
        patterns.forEach(this::checkPattern);
        Prepare.DecimalPoint point =
                normalise.choice("decimal-point", Prepare.DecimalPoint.class, Prepare.DecimalPoint.POINT);
        Prepare.Grouping grouping = normalise.choice("grouping", Prepare.Grouping.class, Prepare.Grouping.UNAMBIGUOUS);
        if (grouping.name().equals(point.name())) {
            errors.add(
                    normalise.at("grouping"),
                    "the " + Choices.written(grouping) + " is the decimal point already",
                    "Write another mark, or change decimal-point");
        }
        return new Prepare.Normalise(
                zone(normalise),
                List.copyOf(patterns.values()),
                point,
                grouping,
                normalise.choice("excess-precision", Prepare.ExcessPrecision.class, Prepare.ExcessPrecision.REJECT));
    }

    private ZoneId zone(Section normalise) {
        String name = normalise.text("zone", "UTC");
        try {
            return name == null ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (DateTimeException e) {
            errors.add(
                    normalise.at("zone"),
                    "'" + DefinitionTree.cut(name) + "' is not a time zone",
                    "Write an IANA name, such as Europe/Madrid or UTC");
            return ZoneOffset.UTC;
        }
    }

    private void checkPattern(String at, String pattern) {
        try {
            DateTimeFormatter.ofPattern(pattern);
        } catch (IllegalArgumentException e) {
            errors.add(
                    at,
                    "'" + DefinitionTree.cut(pattern) + "' is not a pattern of dates: " + e.getMessage(),
                    "Write letters of Java's DateTimeFormatter, such as dd/MM/yyyy HH:mm:ss");
        }
    }
}
