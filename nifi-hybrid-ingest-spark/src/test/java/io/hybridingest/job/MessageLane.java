package io.hybridingest.job;

import io.hybridingest.job.ledger.Generation;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.QuarantineWatch;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.job.sink.QuarantineSink;
import io.hybridingest.job.sink.TableSink;
import io.hybridingest.job.source.KafkaMessages;
import io.hybridingest.job.source.WriterSchemas;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.job.transform.RecordTransform;
import io.hybridingest.pipeline.PipelineDefinition;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The stream lane of a small pipeline from its messages to both tables, a micro-batch at each call, without a broker. */
final class MessageLane {
    private static final StructType MESSAGES =
            StructType.fromDDL("topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, value BINARY");

    private final SparkSession spark;
    private final PipelineDefinition definition;
    private final WriterSchemas schemas;
    private final RecordBatches batches;
    private long offset;
    private long batchId;

    /** @param spark a session that no other lane uses */
    MessageLane(SparkSession spark, Orders orders) {
        this.spark = spark;
        this.definition = orders.definition();
        Configuration hadoop = spark.sessionState().newHadoopConf();
        StructType columns = orders.columns(spark);
        RecordChecks checks = RecordChecks.validated(spark, definition.checks(), columns);
        RecordTransform transform = RecordTransform.validated(spark, definition, columns);
        TableLedger ledger = ledger(definition.table().path(), hadoop);
        TableSink table = TableSink.open(spark, definition.table(), transform, ledger);
        this.schemas = WriterSchemas.keep(definition.table().path(), definition.wireSchema(), hadoop);
        TableLedger quarantineLedger = ledger(definition.table().quarantinePath(), hadoop);
        QuarantineSink quarantine = QuarantineSink.open(spark, definition, quarantineLedger);
        Path checkpoint = new Path(definition.table().path(), "_checkpoints/stream");
        LaneRun run = new LaneRun(
                definition.name(),
                Lane.STREAM,
                1,
                null,
                checkpoint,
                Generation.of(checkpoint, ledger, hadoop),
                ledger,
                new QuarantineWatch(quarantine.tableId(spark), quarantineLedger),
                null,
                new StopGate(),
                null);
        this.batches = new RecordBatches(run, checks, transform, table, quarantine, List.of(columns.fieldNames()));
    }

    private TableLedger ledger(String path, Configuration hadoop) {
        return TableLedger.open(path, definition.name(), Lane.STREAM, hadoop);
    }

    /** Takes messages in, as they are in the topic. */
    void write(List<byte[]> messages) throws InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (byte[] message : messages) {
            rows.add(RowFactory.create(definition.name(), 0, offset++, new Timestamp(offset), message));
        }
        batches.call(
                KafkaMessages.decode(
                        spark.createDataFrame(
                                JavaSparkContext.fromSparkContext(spark.sparkContext())
                                        .parallelize(rows, 2),
                                MESSAGES),
                        definition,
                        schemas),
                batchId++);
    }
}
