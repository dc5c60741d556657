package io.hybridingest.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.decode;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.PlannedBatch;
import io.hybridingest.job.sink.QuarantineSink;
import io.hybridingest.job.sink.TableSink;
import io.hybridingest.job.source.AvroBodies;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.source.KafkaMessages;
import io.hybridingest.job.source.WriterSchemas;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.job.transform.RecordTransform;
import io.hybridingest.pipeline.Check;
import io.hybridingest.pipeline.PipelineDefinition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records out of quarantine: those that the job itself has put there go through the present definition, and what is
 * good now goes into the table.
 *
 * <p>The table is written first, the marks after it. A crash in between leaves records that are in the table and not
 * marked; the next replay finds their identities in the table, and marks them.
 */
final class QuarantineReplay {
    private static final Logger LOG = LoggerFactory.getLogger(QuarantineReplay.class);
    private static final String MESSAGE = "decode";
    private static final String CHECKED = "check";
    private static final String RECORD = "__record";
    private static final long ONLY_BATCH = 0;

    private final SparkSession spark;
    private final PipelineDefinition definition;
    private final LaneRun run;
    private final RecordChecks checks;
    private final RecordTransform transform;
    private final TableSink table;
    private final QuarantineSink quarantine;
    private final WriterSchemas schemas;
    private final StructType recordColumns;

    QuarantineReplay(
            SparkSession spark,
            PipelineDefinition definition,
            LaneRun run,
            RecordChecks checks,
            RecordTransform transform,
            TableSink table,
            QuarantineSink quarantine,
            WriterSchemas schemas) {
        this.spark = spark;
        this.definition = definition;
        this.run = run;
        this.checks = checks;
        this.transform = transform;
        this.table = table;
        this.quarantine = quarantine;
        this.schemas = schemas;
        this.recordColumns = AvroBodies.columns(spark, definition.wireSchema().toString());
    }

    /**
     * Replays what is not replayed yet.
     *
     * @param where SQL condition over the quarantine table that chooses records, empty for all
     * @throws UsageException where the condition is none
     */
    void run(Optional<String> where) throws InterruptedException {
        run.begin(spark);
        Dataset<Row> chosen = chosen(where);
        Dataset<Row> records = messages(chosen).unionByName(checked(chosen));
        Dataset<Row> evaluated = checks.evaluate(records).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            BatchTally tally = ReadNotes.tally(evaluated, checks, run.lane(), 0);
            CheckReport.report(evaluated, checks, tally);
            Dataset<Row> rows = transform.apply(good(evaluated));
            long tombstones = tally.good() == 0 ? 0 : table.tombstones(rows);
            CommitMetadata metadata =
                    run.metadata(ONLY_BATCH, PlannedBatch.NONE, 0, tally.rows().withTombstones(tombstones));
            Instant at = Instant.now();
            long inserted = tally.good() == 0 ? 0 : table.write(rows, metadata, at);
            long dropped = tally.rows().dropped();
            if (tally.good() + dropped > 0) {
                quarantine.markReplayed(outcomes(evaluated), metadata, at);
            }
            LOG.info(
                    "Of {} quarantined records {} are in the table now, {} of them new to it; {} were dropped by a check; {} stay in quarantine",
                    tally.rowsIn(),
                    tally.good(),
                    inserted,
                    dropped,
                    tally.refused());
        } finally {
            evaluated.unpersist();
        }
    }

    private Dataset<Row> chosen(Optional<String> where) {
        Dataset<Row> unreplayed = quarantine.unreplayed(spark);
        Dataset<Row> chosen;
        try {
            chosen = unreplayed.where(where.orElse("true"));
        } catch (Exception e) {
            // Spark's AnalysisException is checked, and declared nowhere.
            throw new UsageException("--where is no condition over the quarantine table: " + e.getMessage());
        }
        long others = chosen.where(not(col("stage").isin(MESSAGE, CHECKED))).count();
        if (others > 0) {
            LOG.warn(
                    "{} of the chosen records never came as far as the job; send their originals through PreprocessRecord again",
                    others);
        }
        return chosen;
    }

    private Dataset<Row> messages(Dataset<Row> chosen) {
        return KafkaMessages.decodeEnveloped(
                chosen.where(col("stage").equalTo(MESSAGE))
                        .select(
                                col("original").as("value"),
                                col("quarantine_id").as(Envelope.ORIGIN),
                                lit(null).cast(DataTypes.LongType).as(Envelope.EVENT_MILLIS)),
                definition,
                schemas);
    }

    /** What a check refused is kept as JSON; fields that the schema has lost meanwhile are left out. */
    private Dataset<Row> checked(Dataset<Row> chosen) {
        Column record = from_json(decode(col("original"), "UTF-8"), recordColumns, Map.of("mode", "PERMISSIVE"));
        Column isBroken = definition.wireSchema().getFields().stream()
                .filter(field -> !field.schema().isNullable())
                .map(field -> col(RECORD).getField(field.name()).isNull())
                .reduce(lit(false), Column::or);
        List<Column> columns = new ArrayList<>(List.of(
                col(RECORD + ".*"),
                col("quarantine_id").as(Envelope.ORIGIN),
                when(isBroken, lit(MESSAGE)).as(Envelope.STAGE),
                when(isBroken, lit("undecodable")).as(Envelope.PROBLEM),
                lit(null).cast(DataTypes.StringType).as(Envelope.MESSAGE),
                col("original").as(Envelope.ORIGINAL),
                lit(null).cast(DataTypes.LongType).as(Envelope.EVENT_MILLIS)));
        return chosen.where(col("stage").equalTo(CHECKED))
                .withColumn(RECORD, record)
                .select(columns.toArray(Column[]::new));
    }

    private Dataset<Row> good(Dataset<Row> evaluated) {
        Column[] columns = Arrays.stream(recordColumns.fieldNames())
                .map(name -> col("`" + name + "`"))
                .toArray(Column[]::new);
        return evaluated.where(BatchTally.isGood(checks)).select(columns);
    }

    private Dataset<Row> outcomes(Dataset<Row> evaluated) {
        return evaluated
                .where(not(BatchTally.isRefused(checks)))
                .select(
                        col(Envelope.ORIGIN).as("quarantine_id"),
                        when(checks.passesAll(Check.Otherwise.DROP), lit("table"))
                                .otherwise(lit("dropped"))
                                .as("replay_outcome"));
    }
}
