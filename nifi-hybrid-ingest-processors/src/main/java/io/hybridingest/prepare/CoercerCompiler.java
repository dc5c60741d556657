package io.hybridingest.prepare;

import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.Prepare;
import io.hybridingest.record.Redaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final ScalarCoercers scalars;
    private final IncomingNames names;
    private final Set<String> identityPaths;
    private final Set<String> unusedPaths = new HashSet<>();
    private final Set<String> open = new HashSet<>();
    private final Map<String, Redaction> redactions = new HashMap<>();
    private Redaction moved = Redaction.NOTHING;

    CoercerCompiler(PipelineDefinition definition, Schema wireSchema, byte[] maskKey) {
        this.wireSchema = wireSchema;
        this.schema = definition.schema();
        this.prepare = definition.prepare();
        this.maskKey = maskKey;
        this.identityPaths = switch (definition.identity()) {
            case Identity.Fields fields -> Set.copyOf(fields.paths());
            case Identity.Position ignored -> Set.of();
        };
        this.scalars = new ScalarCoercers(prepare.normalise());
        this.names = new IncomingNames(schema, prepare);
    }

    /**
     * The compiled definition.
     *
     * @throws IllegalArgumentException where the definition contradicts itself
     */
    Root compile() {
        unusedPaths.addAll(prepare.mask().keySet());
        unusedPaths.addAll(prepare.defaults().keySet());
        RecordNode root = record(schema, wireSchema, "", Redaction.NOTHING);
        if (!unusedPaths.isEmpty()) {
            throw new IllegalArgumentException(
                    "The schema has no field " + unusedPaths.iterator().next() + ", which mask or defaults names.");
        }
        moved = names.redaction(redactions);
        if (moved != Redaction.NOTHING) {
            // Whatever comes in where a hidden value is moved from is hidden, too.
            root = record(schema, wireSchema, "", moved);
        }
        return new Root(root.coercer(), Redaction.both(root.redaction(), moved), names.reshaping());
    }

    /**
     * A record.
     *
     * @param path its dotted path, empty for the outermost
     * @param incoming what must not be seen of its incoming fields because it is moved to fields that are masked
     */
    private RecordNode record(Schema declared, Schema written, String path, Redaction incoming) {
        Map<Object, Integer> positions = names.positions(declared, path);
        List<RecordCoercer.Field> fields = new ArrayList<>();
        Map<String, Redaction> hidden = new HashMap<>();
        for (Schema.Field field : declared.getFields()) {
            List<Object> fieldNames = positions.keySet().stream()
                    .filter(name -> positions.get(name) == field.pos())
                    .toList();
            Redaction fieldIncoming = fieldNames.stream()
                    .map(name -> IncomingNames.redactionOf(name, incoming, moved))
                    .reduce(Redaction.NOTHING, Redaction::both);
            FieldNode node = field(field, path.isEmpty() ? field.name() : path + "." + field.name(), fieldIncoming);
            fields.add(node.field());
            if (node.redaction() != Redaction.NOTHING) {
                fieldNames.stream()
                        .filter(String.class::isInstance)
                        .forEach(name -> hidden.put((String) name, node.redaction()));
            }
        }
        return new RecordNode(
                new RecordCoercer(written, fields, positions, prepare.unknownFields(), incoming), fieldsOf(hidden));
    }

    private FieldNode field(Schema.Field field, String path, Redaction incoming) {
        Node node = node(field.schema(), path, incoming);
        if (identityPaths.contains(path)) {
            node = new Node(new EmptyTextRefusing(node.coercer()), node.redaction());
        }
        Masking mask = masking(field.schema(), path);
        Redaction redaction = mask == null ? node.redaction() : Redaction.WHOLE;
        if (redaction != Redaction.NOTHING) {
            redactions.put(path, redaction);
        }
        Object fallback = fallback(field, path, node.coercer());
        Object shown = fallback == null || mask == null ? fallback : mask.mask(fallback.toString());
        boolean sensitive = redaction != Redaction.NOTHING || incoming != Redaction.NOTHING;
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
        Object value = coercer.coerce(DefinitionNumbers.of(raw, field.schema()), findings);
        if (value == Findings.MISFIT) {
            throw new IllegalArgumentException("The default of " + path + " "
                    + findings.reasons().getFirst().message() + ".");
        }
        return value;
    }

    private Node node(Schema declared, String path, Redaction incoming) {
        return switch (declared.getType()) {
            case RECORD -> nested(declared, path, incoming);
            case ARRAY -> {
                Node element = node(declared.getElementType(), path, incoming.ofElement());
                yield new Node(new ContainerCoercers.Items(element.coercer()), elementsOf(element.redaction()));
            }
            case MAP -> {
                // Which of the entries a path leads to is not known here.
                Redaction entries = incoming == Redaction.NOTHING ? incoming : Redaction.WHOLE;
                Node value = node(declared.getValueType(), path, entries);
                yield new Node(new ContainerCoercers.Entries(value.coercer()), elementsOf(value.redaction()));
            }
            case UNION -> union(declared, path, incoming);
            default -> new Node(scalars.of(declared), Redaction.NOTHING);
        };
    }

    private Node nested(Schema declared, String path, Redaction incoming) {
        if (!open.add(declared.getFullName())) {
            throw new IllegalArgumentException(
                    "The record " + declared.getFullName() + " contains itself, which a table cannot hold.");
        }
        RecordNode record = record(declared, declared, path, incoming);
        open.remove(declared.getFullName());
        return new Node(record.coercer(), record.redaction());
    }

    private Node union(Schema declared, String path, Redaction incoming) {
        List<Node> nodes = branches(declared).stream()
                .map(branch -> node(branch, path, incoming))
                .toList();
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

    private static Redaction fieldsOf(Map<String, Redaction> hidden) {
        return hidden.isEmpty() ? Redaction.NOTHING : new Redaction.Fields(hidden);
    }

    private static Redaction elementsOf(Redaction element) {
        return element == Redaction.NOTHING ? element : new Redaction.Elements(element);
    }

    /**
     * A compiled definition.
     *
     * @param coercer how a record is made to fit
     * @param redaction what is hidden of one that does not
     * @param reshaping what is done before; null where nothing is
     */
    record Root(RecordCoercer coercer, Redaction redaction, Reshaping reshaping) {}

    private record Node(Coercer coercer, Redaction redaction) {}

    private record RecordNode(RecordCoercer coercer, Redaction redaction) {}

    private record FieldNode(RecordCoercer.Field field, Redaction redaction) {}

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
}
