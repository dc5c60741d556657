package io.hybridingest.pipeline;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/** Turns a {@link DefinitionTree} into a definition, or into every error that is in it. */
final class DefinitionReader {
    private static final Set<String> KEYS = Set.of(
            "pipeline",
            "schema",
            "identity",
            "event-time",
            "prepare",
            "checks",
            "transform",
            "stream",
            "batch",
            "table");

    private final Section root;
    private final DefinitionErrors errors;

    private DefinitionReader(DefinitionTree tree) {
        this.errors = tree.errors();
        UnresolvedParameters.refuse(tree);
        this.root = Section.of(tree.root(), "", errors, KEYS);
    }

    /** @throws InvalidDefinitionException with every error found */
    static PipelineDefinition read(DefinitionTree tree) {
        if (tree.root() == null) {
            tree.errors().add("", "the definition is empty", "Begin with 'pipeline: ' and a name");
        }
        tree.errors().throwIfAny();
        return new DefinitionReader(tree).read();
    }

    private PipelineDefinition read() {
        String name = root.requiredText("pipeline", "Write 'pipeline: ' and a name");
        Schema schema = root.require("schema", "Write the Avro record schema of one input record")
                ? new SchemaReader(errors).read(root.value("schema"))
                : null;
        Identity identity = identity();
        EventTime eventTime = eventTime();
        Prepare prepare = prepare();
        List<Check> checks = checks();
        String transform = root.text("transform", "SELECT * FROM input");
        Stream stream = stream(name);
        Batch batch = batch();
        Table table = table();
        errors.throwIfAny();
        return new PipelineDefinition(
                name, schema, identity, eventTime, prepare, checks, transform, stream, batch, table);
    }

    /** Null where it cannot be read. */
    private Identity identity() {
        String remedy = "Write the fields that make a record the same record, such as 'identity: [order_id]', or"
                + " 'identity: position' for input that has none";
        if (!root.require("identity", remedy)) {
            return null;
        } else if ("position".equals(root.value("identity"))) {
            return new Identity.Position();
        }
        int errorsBefore = errors.size();
        List<String> paths = root.texts("identity");
        if (paths.isEmpty() && errors.size() == errorsBefore) {
            errors.add("identity", "names no field", remedy);
        }
        return new Identity.Fields(paths);
    }

    private EventTime eventTime() {
        root.require("event-time", "Write 'event-time: {field: <a timestamp field of the schema>}'");
        Section section = section("event-time", "field", "late-after", "ahead-limit");
        String field = root.value("event-time") == null
                ? null
                : section.requiredText("field", "Name the timestamp field of the schema that says when it happened");
        return new EventTime(
                field,
                section.duration("late-after", Duration.ofMinutes(15), true),
                section.duration("ahead-limit", Duration.ofMinutes(5), true));
    }

    private Prepare prepare() {
        Section section = section("prepare", "rename", "defaults", "normalise", "mask", "drop", "unknown-fields");
        Map<String, Prepare.Mask> masks = new LinkedHashMap<>();
        section.textMapping("mask").forEach((path, text) -> {
            String at = DefinitionTree.child(section.at("mask"), path);
            masks.put(path, section.choice(Prepare.Mask.class, text, at, Prepare.Mask.REDACT));
        });
        return new Prepare(
                section.textMapping("rename"),
                section.mapping("defaults"),
                normalise(section),
                masks,
                section.texts("drop"),
                section.choice("unknown-fields", Prepare.UnknownFields.class, Prepare.UnknownFields.RESCUE));
    }

    private Prepare.Normalise normalise(Section prepare) {
        Section section = Section.of(
                prepare.value("normalise"), prepare.at("normalise"), errors, Set.of("zone", "timestamp-patterns"));
        ZoneId zone = ZoneOffset.UTC;
        String name = section.text("zone", "UTC");
        try {
            zone = name == null ? zone : ZoneId.of(name);
        } catch (DateTimeException e) {
            errors.add(
                    section.at("zone"),
                    "'" + DefinitionTree.cut(name) + "' is not a time zone",
                    "Write an IANA name, such as Europe/Madrid or UTC");
        }
        return new Prepare.Normalise(zone, section.texts("timestamp-patterns"));
    }

    private List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        List<?> written = root.list("checks");
        for (int i = 0; i < written.size(); i++) {
            Section section = Section.of(
                    written.get(i), DefinitionTree.child("checks", i), errors, Set.of("name", "require", "otherwise"));
            checks.add(new Check(
                    section.requiredText("name", "Write a short name: it becomes the reason of a failing record"),
                    section.requiredText("require", "Write the Spark SQL condition that every record must meet"),
                    section.choice("otherwise", Check.Otherwise.class, Check.Otherwise.QUARANTINE)));
        }
        return checks;
    }

    private Stream stream(String pipeline) {
        Section section = section("stream", "topic", "encoding", "trigger", "max-lag", "when-lagging");
        return new Stream(
                section.text("topic", pipeline),
                section.choice("encoding", Stream.Encoding.class, Stream.Encoding.AVRO),
                section.duration("trigger", Duration.ofSeconds(5), true),
                section.positiveWhole("max-lag", 500_000),
                section.choice("when-lagging", Stream.WhenLagging.class, Stream.WhenLagging.HOLD));
    }

    private Batch batch() {
        Section section = section("batch", "landing", "schedule-interval");
        return new Batch(
                section.requiredText("landing", "Write the directory that landing files are put into"),
                section.duration("schedule-interval", Duration.ofHours(1), false));
    }

    private Table table() {
        Section section = section("table", "path", "quarantine", "write", "partition-by");
        String path = section.requiredText("path", "Write the directory or Hadoop path of the Delta table");
        String quarantine = path == null ? null : path.replaceAll("(?<=[^/:])/+$", "") + "_quarantine";
        return new Table(
                path,
                section.text("quarantine", quarantine),
                section.choice("write", Table.Write.class, Table.Write.APPEND),
                section.texts("partition-by"));
    }

    private Section section(String key, String... keys) {
        return Section.of(root.value(key), key, errors, Set.of(keys));
    }
}
