package io.hybridingest.pipeline;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** Compares two types that hold no others, and puts into words what Avro says about them and what it does not say. */
final class TypeComparison {
    private final DefinitionChanges changes;

    TypeComparison(DefinitionChanges changes) {
        this.changes = changes;
    }

    void compare(String path, Schema older, Schema newer) {
        List<Incompatibility> found = SchemaCompatibility.checkReaderWriterCompatibility(newer, older)
                .getResult()
                .getIncompatibilities();
        found.forEach(incompatibility -> translate(path, older, newer, incompatibility));
        if (found.isEmpty()) {
            meaning(path, older, newer);
        }
    }

    void renamed(String path, Schema older, Schema newer) {
        changes.breaks(
                path,
                "the " + newer.getType().getName() + " was named " + older.getFullName() + " and is named "
                        + newer.getFullName(),
                "Keep the name, or write the older one beside it: aliases: [" + older.getFullName() + "]");
    }

    void missingBranch(String path, Schema older, List<Schema> readers) {
        changes.breaks(
                path,
                "is " + named(older) + " in older records, which none of its types can read: "
                        + readers.stream().map(TypeComparison::named).collect(Collectors.joining(", ")),
                "Keep " + named(older) + " among its types");
    }

    private void translate(String path, Schema older, Schema newer, Incompatibility incompatibility) {
        switch (incompatibility.getType()) {
            case NAME_MISMATCH -> renamed(path, older, newer);
            case MISSING_ENUM_SYMBOLS ->
                changes.breaks(
                        path,
                        "the enum " + newer.getName() + " has lost symbols that older records may hold: "
                                + older.getEnumSymbols().stream()
                                        .filter(symbol -> !newer.hasEnumSymbol(symbol))
                                        .collect(Collectors.joining(", ")),
                        "Keep them, or give the enum a default symbol");
            case FIXED_SIZE_MISMATCH ->
                changes.breaks(
                        path,
                        "had " + older.getFixedSize() + " bytes and has " + newer.getFixedSize(),
                        "Keep the size, or add a field of the other size, with a default");
            case MISSING_UNION_BRANCH -> missingBranch(path, older, List.of(newer));
            case READER_FIELD_MISSING_DEFAULT_VALUE, TYPE_MISMATCH ->
                changes.breaks(
                        path,
                        "was " + named(older) + " and is " + named(newer) + ", and Avro does not read one as the other",
                        "Keep the type, or add a field of the other type and of another name, with a default");
        }
    }

    /** Avro reads the bare value whatever a logical type says it means. */
    private void meaning(String path, Schema older, Schema newer) {
        LogicalType before = older.getLogicalType();
        LogicalType now = newer.getLogicalType();
        if (before instanceof LogicalTypes.Decimal olderDecimal && now instanceof LogicalTypes.Decimal newerDecimal) {
            decimals(path, olderDecimal, newerDecimal);
        } else if (!Objects.equals(logicalName(older), logicalName(newer)) && !isPlainTextOfUuid(older, newer)) {
            changes.breaks(
                    path,
                    "was " + named(older) + " and is " + named(newer)
                            + ", and Avro does not convert: values of older records would mean something else",
                    "Keep the type, or add a field of the other type and of another name, with a default");
        } else {
            precision(path, older, newer);
        }
    }

    private void decimals(String path, LogicalTypes.Decimal older, LogicalTypes.Decimal newer) {
        if (older.getScale() != newer.getScale()) {
            BigDecimal one = BigDecimal.ONE.setScale(older.getScale());
            BigDecimal misread = new BigDecimal(one.unscaledValue(), newer.getScale());
            changes.breaks(
                    path,
                    "had scale " + older.getScale() + " and has scale " + newer.getScale()
                            + ", and Avro does not convert: " + one + " would be read as " + misread.toPlainString(),
                    "Keep the scale, or add a field of the other scale and of another name, with a default");
        } else if (older.getPrecision() > newer.getPrecision()) {
            changes.breaks(
                    path,
                    "had precision " + older.getPrecision() + " and has precision " + newer.getPrecision()
                            + ", into which larger numbers of older records do not fit",
                    "Keep the precision; it may grow");
        }
    }

    private void precision(String path, Schema older, Schema newer) {
        boolean whole = older.getType() == Schema.Type.INT || older.getType() == Schema.Type.LONG;
        boolean rounded = newer.getType() == Schema.Type.FLOAT
                || newer.getType() == Schema.Type.DOUBLE && older.getType() == Schema.Type.LONG;
        if (whole && rounded) {
            int bits = newer.getType() == Schema.Type.FLOAT ? 24 : 53;
            changes.note(
                    path,
                    "was " + named(older) + " and is " + named(newer) + ": whole numbers beyond " + (1L << bits)
                            + " are rounded",
                    "Keep the type where there are such numbers");
        }
    }

    private static boolean isPlainTextOfUuid(Schema older, Schema newer) {
        return older.getType() == Schema.Type.STRING
                && newer.getType() == Schema.Type.STRING
                && newer.getLogicalType() == null;
    }

    private static String logicalName(Schema schema) {
        return schema.getLogicalType() == null ? null : schema.getLogicalType().getName();
    }

    /** What a person would call the type. */
    static String named(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM, FIXED -> schema.getType().getName() + " " + schema.getName();
            default ->
                schema.getLogicalType() == null
                        ? schema.getType().getName()
                        : schema.getLogicalType().getName();
        };
    }
}
