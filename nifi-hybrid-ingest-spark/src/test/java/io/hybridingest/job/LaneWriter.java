package io.hybridingest.job;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.job.sink.TableSink;
import io.hybridingest.job.source.AvroBodies;
import io.hybridingest.job.transform.RecordTransform;
import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.PipelineDefinition;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Writes orders into the table of a small pipeline as one lane would, a micro-batch at each call. */
final class LaneWriter {
    private final SparkSession spark;
    private final PipelineDefinition definition;
    private final Lane lane;
    private final StructType columns;
    private final RecordTransform transform;
    private final TableSink sink;
    private long batches;

    LaneWriter(SparkSession spark, Orders orders, Lane lane) {
        this.spark = spark;
        this.definition = orders.definition();
        this.lane = lane;
        this.columns = AvroBodies.columns(spark, definition.wireSchema().toString());
        this.transform = RecordTransform.validated(spark, definition, columns);
        this.sink = TableSink.open(
                spark,
                definition.table(),
                transform,
                TableLedger.open(
                        definition.table().path(),
                        definition.name(),
                        lane,
                        spark.sessionState().newHadoopConf()));
    }

    /** A prepared order. */
    static Row order(long id, String customer, int amount, Instant placedAt) {
        return RowFactory.create(
                id, customer, amount, Timestamp.from(placedAt), IngestId.ofValues(List.of(id)), "test", null);
    }

    long write(List<Row> orders) {
        CommitMetadata metadata = new CommitMetadata(
                definition.name(),
                lane,
                1,
                0,
                batches++,
                new TreeMap<>(),
                null,
                new CommitMetadata.RowCounts(orders.size(), 0, 0),
                null,
                new TreeMap<>(),
                null);
        return sink.write(transform.apply(spark.createDataFrame(orders, columns)), metadata, Instant.now());
    }
}
