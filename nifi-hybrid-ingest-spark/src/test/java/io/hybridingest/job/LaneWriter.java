package io.hybridingest.job;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.job.sink.StagedRows;
import io.hybridingest.job.sink.TableSink;
import io.hybridingest.job.source.AvroBodies;
import io.hybridingest.job.transform.RecordTransform;
import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.PipelineDefinition;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
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
        return sink.write(rows(orders), metadata(orders.size(), 1), Instant.now());
    }

    /** Writes the files and leaves open whether they come into the table. */
    Optional<StagedRows> stage(List<Row> orders) {
        return sink.stage(rows(orders), lane, Instant.now(), orders.size());
    }

    /** Writes the files of what is new. */
    Optional<StagedRows> stageNew(List<Row> orders) {
        return sink.stageNew(rows(orders), lane, Instant.now(), orders.size());
    }

    /** Says that a run of this epoch writes from now on. */
    void claim(long epoch) {
        sink.claim(spark, metadata(0, epoch));
    }

    /** As a source gives them: in two partitions, unknown to Spark until a task reads them. */
    private Dataset<Row> rows(List<Row> orders) {
        return transform.apply(spark.createDataFrame(
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(orders, 2), columns));
    }

    CommitMetadata metadata(long rowsIn, long epoch) {
        return new CommitMetadata(
                definition.name(),
                lane,
                epoch,
                0,
                batches++,
                new TreeMap<>(),
                null,
                new CommitMetadata.RowCounts(rowsIn, 0, 0),
                null,
                new TreeMap<>(),
                null);
    }
}
