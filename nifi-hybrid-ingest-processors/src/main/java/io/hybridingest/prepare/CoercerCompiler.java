package io.hybridingest.prepare;

import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.Prepare;
import io.hybridingest.record.InstantReader;
import io.hybridingest.record.Redaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Compiles a definition, once, into the tree of coercers that every record runs through, and into what has to be hidden of a
 * record that does not fit. Defaults are coerced and masks chosen here, so that nothing of the definition is looked up later.
 */
final class CoercerCompiler {
    private final Schema wireSchema;
    private final Schema schema;
    private final Prepare prepare;
    private final byte[] maskKey;
    private final InstantReader instants;
    private final Set<String> identityPaths;
    private final Set<String> unusedPaths = new HashSet<>();
    private final Set<String> open = new HashSet<>();

    CoercerCompiler(PipelineDefinition definition, Schema wireSchema, byte[] maskKey) {
        this.wireSchema = wireSchema;
        this.schema = definition.schema();
        this.prepare = definition.prepare();
        this.maskKey = maskKey;
        this.identityPaths = switch (definition.identity()) {
            case Identity.Fields fields -> Set.copyOf(fields.paths());
            case Identity.Position ignored -> Set.of();
        };
        this.instants = new InstantReader(prepare.normalise());
    }

    /**
     * The compiled definition.
     *
     * @throws IllegalArgumentException where the definition contradicts itself
     */
    Root compile() {
        unusedPaths.addAll(prepare.mask().keySet());
        unusedPaths.addAll(prepare.defaults().keySet());
        Map<String, Integer> positions = incomingNames();
        List<RecordCoercer.Field> fields = new ArrayList<>();
        Map<String, Redaction> redactions = new HashMap<>();
        for (Schema.Field field : schema.getFields()) {
            FieldNode node = field(field, field.name());
            fields.add(node.field());
            positions.forEach((name, position) -> {
                if (position == field.pos() && node.redaction() != Redaction.NOTHING) {
                    redactions.put(name, node.redaction());
                }
            });
        }
        if (!unusedPaths.isEmpty()) {
            throw new IllegalArgumentException(
                    "The schema has no field " + unusedPaths.iterator().next() + ", which mask or defaults names.");
        }
        return new Root(
                new RecordCoercer(wireSchema, fields, positions, prepare.unknownFields()), fieldsOf(redactions));
    }

    private Map<String, Integer> incomingNames() {
        Map<String, Integer> positions = new HashMap<>();
        for (Schema.Field field : schema.getFields()) {
            positions.put(field.name(), field.pos());
            field.aliases().forEach(alias -> positions.putIfAbsent(alias, field.pos()));
        }
        prepare.rename().forEach((incoming, name) -> positions.put(incoming, position(name)));
        prepare.drop().forEach(incoming -> positions.put(incoming, RecordCoercer.DROPPED));
        return positions;
    }

    private int position(String name) {
        Schema.Field field = schema.getField(name);
        if (field == null) {
            throw new IllegalArgumentException("The schema has no field " + name + ", which rename names.");
        }
        return field.pos();
    }

    private FieldNode field(Schema.Field field, String path) {
        Node node = node(field.schema(), path);
        if (identityPaths.contains(path)) {
            node = new Node(new EmptyTextRefusing(node.coercer()), node.redaction());
        }
        Masking mask = masking(field.schema(), path);
        Redaction redaction = mask == null ? node.redaction() : Redaction.WHOLE;
        Object fallback = fallback(field, path, node.coercer());
        Object shown = fallback == null || mask == null ? fallback : mask.mask(fallback.toString());
        boolean sensitive = redaction != Redaction.NOTHING;
        return new FieldNode(new RecordCoercer.Field(field.name(), node.coercer(), shown, mask, sensitive), redaction);
    }

    private Masking masking(Schema declared, String path) {
        unusedPaths.remove(path);
        Prepare.Mask mask = prepare.mask().get(path);
        if (mask == null) {
            return null;
        }
        boolean text = branches(declared).stream().allMatch(CoercerCompiler::isPlainText);
        if (!text) {
            throw new IllegalArgumentException(
                    "The field " + path + " is masked, and is not a string. Declare it as string, or drop it.");
        }
        return Masking.of(mask, maskKey);
    }

    private Object fallback(Schema.Field field, String path, Coercer coercer) {
        Object raw = prepare.defaults().get(path);
        if (raw == null) {
            return field.hasDefaultValue() ? GenericData.get().getDefaultValue(field) : null;
        }
        Findings findings = new Findings();
        Object value = coercer.coerce(raw, findings);
        if (value == Findings.MISFIT) {
            throw new IllegalArgumentException("The default of " + path + " "
                    + findings.reasons().getFirst().message() + ".");
        }
        return value;
    }

    private Node node(Schema declared, String path) {
        return switch (declared.getType()) {
            case RECORD -> nested(declared, path);
            case ARRAY -> {
                Node element = node(declared.getElementType(), path);
                yield new Node(new ContainerCoercers.Items(element.coercer()), elementsOf(element.redaction()));
            }
            case MAP -> {
                Node value = node(declared.getValueType(), path);
                yield new Node(new ContainerCoercers.Entries(value.coercer()), elementsOf(value.redaction()));
            }
            case UNION -> union(declared, path);
            default -> new Node(scalar(declared), Redaction.NOTHING);
        };
    }

    private Node nested(Schema declared, String path) {
        if (!open.add(declared.getFullName())) {
            throw new IllegalArgumentException(
                    "The record " + declared.getFullName() + " contains itself, which a table cannot hold.");
        }
        List<RecordCoercer.Field> fields = new ArrayList<>();
        Map<String, Integer> positions = new HashMap<>();
        Map<String, Redaction> redactions = new HashMap<>();
        for (Schema.Field field : declared.getFields()) {
            FieldNode node = field(field, path + "." + field.name());
            fields.add(node.field());
            Set<String> names = new HashSet<>(field.aliases());
            names.add(field.name());
            names.forEach(name -> positions.put(name, field.pos()));
            if (node.redaction() != Redaction.NOTHING) {
                names.forEach(name -> redactions.put(name, node.redaction()));
            }
        }
        open.remove(declared.getFullName());
        return new Node(new RecordCoercer(declared, fields, positions, prepare.unknownFields()), fieldsOf(redactions));
    }

    private Node union(Schema declared, String path) {
        List<Node> nodes =
                branches(declared).stream().map(branch -> node(branch, path)).toList();
        boolean takesEmptyText = nodes.stream().anyMatch(node -> node.coercer().takesEmptyText());
        List<Coercer> coercers = nodes.stream().map(Node::coercer).toList();
        Redaction redaction = nodes.size() == 1 ? nodes.getFirst().redaction() : Redaction.NOTHING;
        if (nodes.size() > 1 && nodes.stream().anyMatch(node -> node.redaction() != Redaction.NOTHING)) {
            // Which branch a misfit was meant for cannot be known.
            redaction = Redaction.WHOLE;
        }
        return new Node(
                new ContainerCoercers.Union(declared, coercers, declared.isNullable(), takesEmptyText), redaction);
    }

    private Coercer scalar(Schema schema) {
        LogicalType logical = schema.getLogicalType();
        return switch (logical) {
            case LogicalTypes.Decimal ignored -> NumberCoercers.decimal(schema);
            case LogicalTypes.TimestampMicros ignored -> TimeCoercers.timestampMicros(instants);
            case LogicalTypes.TimestampMillis ignored -> TimeCoercers.timestampMillis(instants);
            case LogicalTypes.LocalTimestampMicros ignored -> TimeCoercers::toLocalMicros;
            case LogicalTypes.LocalTimestampMillis ignored -> TimeCoercers::toLocalMillis;
            case LogicalTypes.Date ignored -> TimeCoercers::toDate;
            case LogicalTypes.TimeMillis ignored -> TimeCoercers::toTimeMillis;
            case LogicalTypes.TimeMicros ignored -> TimeCoercers::toTimeMicros;
            case LogicalTypes.Uuid ignored ->
                schema.getType() == Schema.Type.FIXED
                        ? TextCoercers.uuidFixed(schema)
                        : (Coercer) TextCoercers::toUuidText;
            case null, default -> plain(schema);
        };
    }

    private static Coercer plain(Schema schema) {
        return switch (schema.getType()) {
            case INT -> NumberCoercers::toInt;
            case LONG -> NumberCoercers::toLong;
            case FLOAT -> NumberCoercers::toFloat;
            case DOUBLE -> NumberCoercers::toDouble;
            case BOOLEAN -> TextCoercers::toBoolean;
            case STRING -> new EmptyTextTaking(TextCoercers::toText);
            case BYTES -> new EmptyTextTaking(TextCoercers::toBytes);
            case FIXED -> TextCoercers.fixed(schema);
            case ENUM -> TextCoercers.symbol(schema);
            case NULL -> new NullOnly();
            case RECORD, ARRAY, MAP, UNION -> throw new IllegalStateException("Not a scalar: " + schema);
        };
    }

    private static List<Schema> branches(Schema declared) {
        return declared.getType() == Schema.Type.UNION
                ? declared.getTypes().stream()
                        .filter(branch -> branch.getType() != Schema.Type.NULL)
                        .toList()
                : List.of(declared);
    }

    private static boolean isPlainText(Schema schema) {
        return schema.getType() == Schema.Type.STRING && schema.getLogicalType() == null;
    }

    private static Redaction fieldsOf(Map<String, Redaction> redactions) {
        return redactions.isEmpty() ? Redaction.NOTHING : new Redaction.Fields(redactions);
    }

    private static Redaction elementsOf(Redaction element) {
        return element == Redaction.NOTHING ? element : new Redaction.Elements(element);
    }

    /** A compiled definition: how a record is made to fit, and what is hidden of one that does not. */
    record Root(RecordCoercer coercer, Redaction redaction) {}

    private record Node(Coercer coercer, Redaction redaction) {}

    private record FieldNode(RecordCoercer.Field field, Redaction redaction) {}

    private record EmptyTextTaking(Coercer coercer) implements Coercer {
        @Override
        public Object coerce(Object raw, Findings findings) {
            return coercer.coerce(raw, findings);
        }

        @Override
        public boolean takesEmptyText() {
            return true;
        }
    }

    /** An identity of empty text is none: in CSV, all records without it would be the same record. */
    private record EmptyTextRefusing(Coercer coercer) implements Coercer {
        @Override
        public Object coerce(Object raw, Findings findings) {
            return coercer.coerce(raw, findings);
        }

        @Override
        public boolean takesNull() {
            return coercer.takesNull();
        }
    }

    private record NullOnly() implements Coercer {
        @Override
        public Object coerce(Object raw, Findings findings) {
            return findings.misfit(Code.WRONG_TYPE, "is not null", raw);
        }

        @Override
        public boolean takesNull() {
            return true;
        }
    }
}
