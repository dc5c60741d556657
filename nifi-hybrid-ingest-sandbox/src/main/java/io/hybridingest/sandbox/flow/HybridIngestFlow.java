package io.hybridingest.sandbox.flow;

import static io.hybridingest.sandbox.flow.Grid.COLUMN;
import static io.hybridingest.sandbox.flow.Grid.PROCESSOR_HEIGHT;
import static io.hybridingest.sandbox.flow.Grid.PROCESSOR_WIDTH;
import static io.hybridingest.sandbox.flow.Grid.cell;
import static io.hybridingest.sandbox.flow.Grid.middle;
import static io.hybridingest.sandbox.flow.Grid.offset;
import static io.hybridingest.sandbox.flow.ProcessorSettings.onceACluster;
import static io.hybridingest.sandbox.flow.ProcessorSettings.whenThereIsWork;

import java.util.List;
import org.apache.nifi.flow.Bundle;
import org.apache.nifi.flow.ControllerServiceAPI;
import org.apache.nifi.flow.Position;
import org.apache.nifi.flow.VersionedFunnel;
import org.apache.nifi.flow.VersionedProcessGroup;
import org.apache.nifi.flow.VersionedProcessor;

/**
 * The flow definition {@code hybrid-ingest}: live records over HTTP and files from a directory, prepared, routed, and
 * led through the stream lane or the batch lane into one table. Every FlowFile that holds data either reaches Kafka or
 * the landing zone, is tried again, or waits where a person sees it.
 */
final class HybridIngestFlow {
    private static final String PROCESSORS = "io.hybridingest.nifi.processors.";
    private static final String SERVICES = "io.hybridingest.nifi.services.";
    private static final String STANDARD = "org.apache.nifi.processors.standard.";

    private static final String SOURCE_COLOUR = "#e3f2fd";
    private static final String PREPARE_COLOUR = "#ede7f6";
    private static final String ROUTE_COLOUR = "#fff8e1";
    private static final String BATCH_COLOUR = "#e8f5e9";
    private static final String STREAM_COLOUR = "#e0f7fa";
    private static final String SPARK_COLOUR = "#fff3e0";
    private static final String QUARANTINE_COLOUR = "#ffebee";

    private static final double SELF_LOOP = 117;
    private static final double MARGIN = 28;
    private static final double HEADING = 44;

    private final FlowCanvas canvas;
    private final FlowVersions versions;
    private final String pipelineService;
    private final String kafkaService;
    private final String sparkService;
    private final String jsonReader;
    private final String csvReader;
    private final String httpRequests;

    private HybridIngestFlow(FlowCanvas canvas, FlowVersions versions, String definition) {
        this.canvas = canvas;
        this.versions = versions;
        this.pipelineService = ourService(
                "Flights pipeline", "IngestPipelineService", FlowProperty.of("Pipeline Definition", definition));
        this.kafkaService = ourService(
                "Kafka cluster",
                "KafkaClusterService",
                FlowProperty.of("Bootstrap Servers", FlowParameter.KAFKA_BOOTSTRAP_SERVERS.reference()));
        this.sparkService = ourService(
                "Spark",
                "SparkSubmitService",
                FlowProperty.of("Spark Home", FlowParameter.SPARK_HOME.reference()),
                FlowProperty.of("Java Home", FlowParameter.SPARK_JAVA_HOME.reference()),
                FlowProperty.of("Master", FlowParameter.SPARK_MASTER.reference()),
                FlowProperty.of("Working Directory", FlowParameter.SPARK_WORKING_PATH.reference()),
                FlowProperty.of("JARs", FlowParameter.SPARK_JARS.reference()));
        this.jsonReader = reader(
                "JSON reader",
                "org.apache.nifi.json.JsonTreeReader",
                FlowProperty.of("schema-access-strategy", "Schema Access Strategy", "infer-schema"),
                FlowProperty.of("starting-field-strategy", "Starting Field Strategy", "ROOT_NODE"));
        this.csvReader = reader(
                "CSV reader",
                "org.apache.nifi.csv.CSVReader",
                FlowProperty.of("schema-access-strategy", "Schema Access Strategy", "csv-header-derived"),
                FlowProperty.of("csv-reader-csv-parser", "CSV Parser", "commons-csv"),
                FlowProperty.of("Skip Header Line", "Treat First Line as Header", "true"));
        this.httpRequests = service(
                "HTTP requests",
                "org.apache.nifi.http.StandardHttpContextMap",
                versions.httpContextMap(),
                "org.apache.nifi.http.HttpContextMap");
    }

    /**
     * Draws the flow.
     *
     * @param definition the pipeline definition that its pipeline service holds
     */
    static VersionedProcessGroup draw(String parameterContext, FlowVersions versions, String definition) {
        FlowCanvas canvas = new FlowCanvas("Hybrid ingest", parameterContext);
        new HybridIngestFlow(canvas, versions, definition).draw();
        return canvas.group("Live records and files into one Delta table, once each.");
    }

    private void draw() {
        areas();
        VersionedProcessor prepareFiles = prepare("Prepare files", csvReader, cell(1, 0));
        VersionedProcessor prepareLive = prepare("Prepare live records", jsonReader, cell(1, 3));
        VersionedProcessor route = canvas.processor(
                "Route by event time",
                PROCESSORS + "RouteHybridRecord",
                versions.ours(),
                cell(2, 1.5),
                whenThereIsWork(),
                FlowProperty.service("Pipeline Service", pipelineService));
        sources(prepareFiles, prepareLive);
        unreadable(prepareFiles, prepareLive);
        canvas.connect(prepareFiles, route, "success");
        canvas.connect(prepareLive, route, "success");

        VersionedProcessor quarantine = put("Quarantine records", "quarantine", cell(1, 1.5));
        canvas.connect(prepareFiles, quarantine, "invalid");
        canvas.connect(prepareLive, quarantine, "invalid");
        canvas.connect(route, quarantine, "invalid");
        canvas.connect(quarantine, quarantine, leftLoop(cell(1, 1.5)), "failure");

        VersionedFunnel attention = canvas.funnel("Needs attention", Grid.funnel(2, 0));
        canvas.connect(route, attention, "failure");

        VersionedProcessor merge = batchLane();
        VersionedProcessor publish = streamLane();
        canvas.connect(route, merge, "batch");
        canvas.connect(route, publish, "stream");
        canvas.connect(publish, merge, "overflow");
        sparkJobs();
    }

    private void sources(VersionedProcessor prepareFiles, VersionedProcessor prepareLive) {
        VersionedProcessor files = canvas.processor(
                "Take CSV files",
                STANDARD + "GetFile",
                versions.standard(),
                cell(0, 0),
                onceACluster("1 sec"),
                FlowProperty.of("Input Directory", FlowParameter.INCOMING_PATH.reference()),
                FlowProperty.of("File Filter", "[^\\.].*\\.csv"),
                FlowProperty.of("Keep Source File", "false"),
                FlowProperty.of("Recurse Subdirectories", "false"));
        VersionedProcessor live = canvas.processor(
                "Receive live records",
                STANDARD + "HandleHttpRequest",
                versions.standard(),
                cell(-1, 3),
                whenThereIsWork(),
                FlowProperty.of("Hostname", FlowParameter.HTTP_HOST.reference()),
                FlowProperty.of("Listening Port", FlowParameter.HTTP_PORT.reference()),
                FlowProperty.of("Allowed Paths", "/flights"),
                FlowProperty.of("Allow GET", "false"),
                FlowProperty.of("Allow PUT", "false"),
                FlowProperty.of("Allow DELETE", "false"),
                FlowProperty.service("HTTP Context Map", httpRequests));
        VersionedProcessor answer = canvas.processor(
                "Answer: taken",
                STANDARD + "HandleHttpResponse",
                versions.standard(),
                cell(0, 3),
                whenThereIsWork(),
                FlowProperty.of("HTTP Status Code", "200"),
                FlowProperty.service("HTTP Context Map", httpRequests));
        canvas.connect(files, prepareFiles, "success");
        canvas.connect(live, answer, "success");
        // Who could not be answered sends again; what it sent is taken all the same.
        canvas.connect(answer, prepareLive, "success", "failure");
    }

    private VersionedProcessor prepare(String name, String reader, Position position) {
        return canvas.processor(
                name,
                PROCESSORS + "PreprocessRecord",
                versions.ours(),
                position,
                whenThereIsWork(),
                FlowProperty.service("Pipeline Service", pipelineService),
                FlowProperty.service("Record Reader", reader));
    }

    private void unreadable(VersionedProcessor prepareFiles, VersionedProcessor prepareLive) {
        VersionedProcessor rename = rename("Name unreadable content", "${uuid}-${filename}", cell(0, 1));
        VersionedProcessor keep = put("Keep unreadable content", "unreadable", cell(0, 2));
        canvas.connect(prepareFiles, rename, "failure");
        canvas.connect(prepareLive, rename, "failure");
        canvas.connect(rename, keep, "success");
        canvas.connect(keep, keep, leftLoop(cell(0, 2)), "failure");
    }

    private VersionedProcessor batchLane() {
        VersionedProcessor merge = canvas.processor(
                "Merge small files",
                STANDARD + "MergeContent",
                versions.standard(),
                cell(3, 0),
                whenThereIsWork("original"),
                FlowProperty.of("Merge Strategy", "Bin-Packing Algorithm"),
                FlowProperty.of("Merge Format", "Avro"),
                FlowProperty.of("mergecontent-metadata-strategy", "Metadata Strategy", "Ignore Metadata"),
                FlowProperty.of("Minimum Number of Entries", "1"),
                FlowProperty.of("Maximum Number of Entries", "10000"),
                FlowProperty.of("Minimum Group Size", "1 MB"),
                FlowProperty.of("Max Bin Age", "5 sec"));
        VersionedProcessor rename = rename("Name landing files", "${uuid}.avro", cell(4, 0));
        VersionedProcessor land = put("Land records", "records", cell(5, 0));
        // What cannot be merged with its neighbours, such as a container of another schema, lands by itself.
        canvas.connect(merge, rename, "merged", "failure");
        canvas.connect(rename, land, "success");
        canvas.connect(land, land, rightLoop(cell(5, 0)), "failure");
        return merge;
    }

    private VersionedProcessor streamLane() {
        VersionedProcessor publish = canvas.processor(
                "Publish to Kafka",
                PROCESSORS + "PublishKafkaStream",
                versions.ours(),
                cell(3, 3),
                whenThereIsWork("success"),
                FlowProperty.service("Pipeline Service", pipelineService),
                FlowProperty.service("Kafka Cluster Service", kafkaService),
                FlowProperty.of("Create Topic", "true"),
                FlowProperty.of("Topic Partitions", FlowParameter.KAFKA_TOPIC_PARTITIONS.reference()),
                FlowProperty.of("Topic Replication Factor", FlowParameter.KAFKA_TOPIC_REPLICATION_FACTOR.reference()));
        publish.setComments(
                "Creates the topic where there is none, once: a topic that exists is never changed. Without the right to create "
                        + "it says the command for an administrator, and waits.");
        VersionedProcessor quarantine = put("Quarantine rejected records", "quarantine", cell(4, 3));
        canvas.connect(publish, quarantine, "rejected");
        // What Kafka's being there does not mend would fail again for ever; a person decides, and connects it to where
        // it belongs.
        canvas.connect(publish, canvas.funnel("Publishing needs attention", Grid.funnel(2, 3)), "failure");
        canvas.connect(quarantine, quarantine, rightLoop(cell(4, 3)), "failure");
        return publish;
    }

    private void sparkJobs() {
        VersionedProcessor stream = canvas.processor(
                "Keep the stream job running",
                PROCESSORS + "RunSparkStream",
                versions.ours(),
                cell(4, 2),
                onceACluster("1 sec"),
                sparkProperties());
        VersionedProcessor batch = canvas.processor(
                "Run the batch job",
                PROCESSORS + "RunSparkBatch",
                versions.ours(),
                cell(4, 1),
                onceACluster("2 sec"),
                sparkProperties());
        canvas.connect(stream, log("Log the stream job", cell(5, 2)), "progress", "failure");
        canvas.connect(batch, log("Log the batch job", cell(5, 1)), "success", "failure");
    }

    private FlowProperty[] sparkProperties() {
        return new FlowProperty[] {
            FlowProperty.service("Spark Submit Service", sparkService),
            FlowProperty.service("Pipeline Service", pipelineService),
            FlowProperty.service("Kafka Cluster Service", kafkaService)
        };
    }

    private VersionedProcessor log(String name, Position position) {
        return canvas.processor(
                name,
                STANDARD + "LogAttribute",
                versions.standard(),
                position,
                whenThereIsWork("success"),
                FlowProperty.of("Log Level", "info"),
                FlowProperty.of("Log Payload", "true"),
                FlowProperty.of(
                        "attributes-to-log-regex", "Attributes to Log by Regular Expression", "(spark|hybrid)\\..*"));
    }

    private VersionedProcessor rename(String name, String filename, Position position) {
        return canvas.processor(
                name,
                "org.apache.nifi.processors.attributes.UpdateAttribute",
                versions.updateAttribute(),
                position,
                whenThereIsWork(),
                FlowProperty.dynamic("filename", filename));
    }

    private VersionedProcessor put(String name, String child, Position position) {
        return canvas.processor(
                name,
                STANDARD + "PutFile",
                versions.standard(),
                position,
                whenThereIsWork("success"),
                FlowProperty.of("Directory", FlowParameter.LANDING_PATH.reference() + "/" + child),
                FlowProperty.of("Conflict Resolution Strategy", "replace"),
                FlowProperty.of("Create Missing Directories", "true"));
    }

    private String ourService(String name, String api, FlowProperty... properties) {
        ControllerServiceAPI offered = new ControllerServiceAPI();
        offered.setType(SERVICES + api);
        offered.setBundle(versions.ours());
        return canvas.service(name, SERVICES + "Standard" + api, versions.ours(), offered, properties);
    }

    private String reader(String name, String type, FlowProperty... properties) {
        return service(
                name, type, versions.recordServices(), "org.apache.nifi.serialization.RecordReaderFactory", properties);
    }

    private String service(String name, String type, Bundle bundle, String api, FlowProperty... properties) {
        ControllerServiceAPI offered = new ControllerServiceAPI();
        offered.setType(api);
        offered.setBundle(versions.serviceApis());
        return canvas.service(name, type, bundle, offered, properties);
    }

    private void areas() {
        area("Sources", 0, 0, 3, SOURCE_COLOUR, 1, COLUMN);
        area("Unreadable", 0, 1, 2, QUARANTINE_COLOUR, 2, SELF_LOOP * 2);
        area("Prepare", 1, 0, 3, PREPARE_COLOUR, 1, 0);
        area("Quarantine", 1, 1.5, 1.5, QUARANTINE_COLOUR, 2, 0);
        area("Route", 2, 1.5, 1.5, ROUTE_COLOUR, 1, 0);
        area("Needs attention", 2, 0, 0, QUARANTINE_COLOUR, 1, 0);
        area("Needs attention", 2, 3, 3, QUARANTINE_COLOUR, 1, 0);
        wideArea("Batch lane", 3, 5, 0, 0, BATCH_COLOUR);
        wideArea("Spark jobs", 4, 5, 1, 2, SPARK_COLOUR);
        wideArea("Stream lane", 3, 3, 3, 3, STREAM_COLOUR);
        wideArea("Quarantine", 4, 4, 3, 3, QUARANTINE_COLOUR);
    }

    private void area(
            String text, int column, double firstRow, double lastRow, String colour, long layer, double onTheLeft) {
        Position first = cell(column, firstRow);
        double margin = layer == 1 ? MARGIN : MARGIN / 2;
        Position corner = offset(first, -margin - onTheLeft, -margin - HEADING);
        double height = cell(column, lastRow).getY() - first.getY() + PROCESSOR_HEIGHT + HEADING + 2 * margin;
        canvas.area(text, corner, PROCESSOR_WIDTH + 2 * margin + onTheLeft, height, colour, layer);
    }

    private void wideArea(
            String text, int firstColumn, int lastColumn, double firstRow, double lastRow, String colour) {
        Position first = cell(firstColumn, firstRow);
        Position last = cell(lastColumn, lastRow);
        Position corner = offset(first, -MARGIN, -MARGIN - HEADING);
        double width = last.getX() - first.getX() + PROCESSOR_WIDTH + 2 * MARGIN;
        double height = last.getY() - first.getY() + PROCESSOR_HEIGHT + HEADING + 2 * MARGIN;
        canvas.area(text, corner, width, height, colour, 1);
    }

    private static List<Position> rightLoop(Position corner) {
        return loop(corner, PROCESSOR_WIDTH + SELF_LOOP);
    }

    private static List<Position> leftLoop(Position corner) {
        return loop(corner, -SELF_LOOP);
    }

    private static List<Position> loop(Position corner, double right) {
        double middle = PROCESSOR_HEIGHT / 2;
        return List.of(offset(corner, right, middle - 25), offset(corner, right, middle + 25));
    }
}
