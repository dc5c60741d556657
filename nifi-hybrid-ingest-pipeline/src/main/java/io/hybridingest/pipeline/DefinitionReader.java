package io.hybridingest.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;

/** Turns a {@link DefinitionTree} into a definition, or into every error that is in it. */
final class DefinitionReader {
    private static final List<String> KEYS = List.of(
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

    private static final String TOMBSTONE = "tombstone";
    private static final String TOMBSTONE_RETENTION = "tombstone-retention";

    private final Section root;
    private final DefinitionErrors errors;

    private DefinitionReader(DefinitionTree tree) {
        this.errors = tree.errors();
        UnresolvedParameters.refuse(tree);
        this.root = Section.of(tree.root(), "", errors, KEYS);
    }

    /** @throws InvalidDefinitionException with every error found */
    static PipelineDefinition read(DefinitionTree tree) {
        if (!(tree.root() instanceof Map)) {
            String problem = "the definition must be a mapping, but is " + DefinitionTree.kindOf(tree.root());
            tree.errors()
                    .add("", problem, "Begin with 'pipeline: ' and a name; the keys are " + String.join(", ", KEYS));
            tree.errors().throwIfAny();
        }
        return new DefinitionReader(tree).read();
    }

    private PipelineDefinition read() {
        String name = root.requiredText("pipeline", "Write 'pipeline: ' and a name");
        Schema schema = root.require("schema", "Write the Avro record schema of one input record")
                ? new SchemaReader(errors).read(root.value("schema"))
                : null;
        Map<String, String> identityPaths = identityPaths();
        EventTime eventTime = eventTime();
        PrepareReader prepareReader = new PrepareReader(section("prepare", PrepareReader.KEYS), errors);
        Prepare prepare = prepareReader.prepare();
        if (schema != null) {
            SchemaPaths paths = new SchemaPaths(schema, errors);
            FieldChecks fields = new FieldChecks(paths, errors);
            fields.identity(identityPaths);
            if (eventTime.field() != null) {
                fields.eventTime("event-time.field", eventTime.field());
            }
            prepareReader.check(fields, new IncomingChecks(paths, errors), Set.copyOf(identityPaths.values()));
        }
        List<Check> checks = checks();
        String transform = root.text("transform", "SELECT * FROM input");
        Stream stream = stream(name);
        Batch batch = batch();
        Table table = table();
        checkLanes(name, checks, transform, stream, batch, table);
        errors.throwIfAny();
        Identity identity = identityPaths.isEmpty()
                ? new Identity.Position()
                : new Identity.Fields(List.copyOf(identityPaths.values()));
        return new PipelineDefinition(
                name, schema, identity, eventTime, prepare, checks, transform, stream, batch, table);
    }

    private void checkLanes(
            String name, List<Check> checks, String transform, Stream stream, Batch batch, Table table) {
        LaneChecks lanes = new LaneChecks(errors);
        lanes.topicName("pipeline", name);
        if (!Objects.equals(name, stream.topic())) {
            lanes.topicName("stream.topic", stream.topic());
        }
        lanes.checks(checks);
        lanes.transform(transform);
        lanes.places(table, batch);
    }

    /** Place in the definition → path; empty for position, and where it cannot be read. */
    private Map<String, String> identityPaths() {
        String remedy = "Write the fields that make a record the same record, such as 'identity: [order_id]', or"
                + " 'identity: position' for input that has none";
        if (!root.require("identity", remedy) || "position".equals(root.value("identity"))) {
            return Map.of();
        } else if (root.value("identity") == null || List.of().equals(root.value("identity"))) {
            errors.add("identity", "names no field", remedy);
        }
        return root.texts("identity");
    }

    private EventTime eventTime() {
        root.require("event-time", "Write 'event-time: {field: <a timestamp field of the schema>}'");
        Section section = section("event-time", List.of("field", "late-after", "ahead-limit"));
        String field = root.has("event-time")
                ? section.requiredText("field", "Name the timestamp field of the schema that says when it happened")
                : null;
        return new EventTime(
                field,
                section.duration("late-after", Duration.ofMinutes(15), true),
                section.duration("ahead-limit", Duration.ofMinutes(5), true));
    }

    private List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        List<?> written = root.list("checks");
        for (int i = 0; i < written.size(); i++) {
            Section section = Section.of(
                    written.get(i), DefinitionTree.child("checks", i), errors, List.of("name", "require", "otherwise"));
            checks.add(new Check(
                    section.requiredText("name", "Write a short name: it becomes the reason of a failing record"),
                    section.requiredText("require", "Write the Spark SQL condition that every record must meet"),
                    section.choice("otherwise", Check.Otherwise.class, Check.Otherwise.QUARANTINE)));
        }
        return checks;
    }

    private Stream stream(String pipeline) {
        Section section = section("stream", List.of("topic", "encoding", "trigger", "max-lag", "when-lagging"));
        return new Stream(
                section.text("topic", pipeline),
                section.choice("encoding", Stream.Encoding.class, Stream.Encoding.AVRO),
                section.duration("trigger", Duration.ofSeconds(5), true),
                section.positiveWhole("max-lag", 500_000),
                section.choice("when-lagging", Stream.WhenLagging.class, Stream.WhenLagging.HOLD));
    }

    private Batch batch() {
        Section section = section("batch", List.of("landing", "schedule-interval"));
        return new Batch(
                section.requiredText("landing", "Write the directory that landing files are put into"),
                section.duration("schedule-interval", Duration.ofHours(1), false));
    }

    private Table table() {
        Section section = section(
                "table", List.of("path", "quarantine", "write", "partition-by", TOMBSTONE, TOMBSTONE_RETENTION));
        String path = section.requiredText("path", "Write the directory or Hadoop path of the Delta table");
        String quarantine = path == null ? null : path.replaceAll("(?<=[^/:])/+$", "") + "_quarantine";
        Map<String, String> partitionBy = section.texts("partition-by");
        new LaneChecks(errors).partitionBy(partitionBy);
        Table.Write write = section.choice("write", Table.Write.class, Table.Write.APPEND);
        return new Table(
                path,
                section.text("quarantine", quarantine),
                write,
                List.copyOf(partitionBy.values()),
                tombstone(section, write));
    }

    private Tombstone tombstone(Section table, Table.Write write) {
        String column = table.text(TOMBSTONE, null);
        Duration retention = table.duration(TOMBSTONE_RETENTION, Tombstone.DEFAULT_RETENTION, false);
        if (!table.has(TOMBSTONE) && table.has(TOMBSTONE_RETENTION)) {
            errors.add(
                    table.at(TOMBSTONE_RETENTION),
                    "says how long deleted rows are remembered, and no record deletes one",
                    "Name the boolean column that does so with 'tombstone: ' beside it, or leave it out");
        } else if (table.has(TOMBSTONE) && write != Table.Write.UPSERT) {
            errors.add(
                    table.at(TOMBSTONE),
                    "deletes rows, and with 'write: append' a row stays as it came",
                    "Write 'write: upsert' beside it, or leave it out");
        }
        return column == null ? null : new Tombstone(column, retention);
    }

    private Section section(String key, List<String> keys) {
        return Section.of(root.value(key), key, errors, keys);
    }
}
