package io.hybridingest.bench;

import io.hybridingest.bench.Work.Peer;
import io.hybridingest.nifi.processors.RouteHybridRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.nifi.processors.standard.ConvertRecord;
import org.apache.nifi.processors.standard.PartitionRecord;
import org.apache.nifi.processors.standard.QueryRecord;

/**
 * Choosing a lane for every record. One in five is late, anywhere among the others, so that every FlowFile of some size has to be split.
 *
 * <ul>
 *   <li>{@code route.vs-loop}: records of a reader and a writer, against ConvertRecord with the same reader and the same writer.
 *   <li>{@code route.vs-query-record}: Avro containers as PreprocessRecord writes them, against QueryRecord with one query a lane.
 *   <li>{@code route.vs-partition-record}: the same against PartitionRecord, whose RecordPath says whether the record is fresh.
 * </ul>
 */
final class RouteWork {
    private static final String VS_LOOP = "route.vs-loop";
    private static final String VS_QUERY_RECORD = "route.vs-query-record";
    private static final String VS_PARTITION_RECORD = "route.vs-partition-record";

    /** Larger than any FlowFile here: bulk would be passed on unread. */
    private static final String NEVER_BULK = "1000000000";

    private RouteWork() {}

    /** Routing what a reader reads. */
    static Work throughReaderAndWriter(Dataset dataset) {
        return new Work(
                dataset.name(),
                () -> new Side(
                        "RouteHybridRecord",
                        route(dataset)
                                .set("Record Reader", dataset.reader())
                                .set("Record Writer", dataset.writer())
                                .build("stream", "batch")),
                List.of(new Peer(VS_LOOP, () -> loop(dataset), dataset.kind().kept())),
                dataset::contents);
    }

    /** Routing what PreprocessRecord has written. */
    static Work slicing(Dataset dataset) {
        Kind kind = dataset.kind();
        List<String> all = new ArrayList<>(kind.kept());
        all.addAll(kind.made());
        return new Work(
                kind.name() + "-avro",
                () -> new Side("RouteHybridRecord", route(dataset).build("stream", "batch")),
                List.of(
                        new Peer(VS_QUERY_RECORD, () -> query(dataset), all),
                        new Peer(VS_PARTITION_RECORD, () -> partition(dataset), all)),
                prepared(dataset));
    }

    private static Work.Contents prepared(Dataset dataset) {
        Stage preprocess = PreprocessWork.preprocess(dataset);
        return (first, flowFiles, recordsEach) -> dataset.contents(first, flowFiles, recordsEach).stream()
                .map(Stage::flowFile)
                .map(flowFile -> preprocess.process(flowFile).getFirst().toByteArray())
                .toList();
    }

    private static Side loop(Dataset dataset) {
        return new Side(
                "ConvertRecord",
                new StageBuilder(new ConvertRecord())
                        .set("Record Reader", dataset.reader())
                        .set("Record Writer", dataset.writer())
                        .build("success"));
    }

    private static StageBuilder route(Dataset dataset) {
        return new StageBuilder(new RouteHybridRecord())
                .set("Pipeline Service", dataset.pipeline())
                .set("Bulk Record Count", NEVER_BULK)
                .set("Bulk Size", "1 GB");
    }

    private static Side query(Dataset dataset) {
        String eventTime = dataset.kind().eventTime();
        String boundary =
                dataset.source().boundary().toString().replace('T', ' ').replace("Z", "");
        String query = "SELECT * FROM FLOWFILE WHERE \"%s\" %s TIMESTAMP '%s'";
        return new Side(
                "QueryRecord",
                new StageBuilder(new QueryRecord())
                        .set("record-reader", Service.avroReader())
                        .set("record-writer", Service.avroWriter())
                        .set("include-zero-record-flowfiles", "false")
                        // By default decimals lose their digits after the point.
                        .set("dbf-default-precision", "12")
                        .set("dbf-default-scale", "2")
                        .set("stream", query.formatted(eventTime, ">=", boundary))
                        .set("batch", query.formatted(eventTime, "<", boundary))
                        .build("stream", "batch"));
    }

    private static Side partition(Dataset dataset) {
        long boundary = dataset.source().boundary().toEpochMilli();
        return new Side(
                "PartitionRecord",
                new StageBuilder(new PartitionRecord())
                        .set("record-reader", Service.avroReader())
                        .set("record-writer", Service.avroWriter())
                        .set("fresh", "/%s >= '%d'".formatted(dataset.kind().eventTime(), boundary))
                        .build("success"));
    }
}
