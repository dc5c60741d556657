package io.hybridingest.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.encode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.hybridingest.job.sink.BatchTime;
import io.hybridingest.job.sink.QuarantineSink;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.pipeline.Check;
import io.hybridingest.pipeline.SystemFields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Makes rows of the quarantine table of records that a check refuses or that could not be decoded. */
final class RefusedRecords {
    /** Exact, as a replay reads it again: Spark's own format ends at the millisecond. */
    private static final Map<String, String> JSON = Map.of(
            "ignoreNullFields", "false",
            "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
            "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

    private static final StructType ROW = StructType.fromDDL(
            "quarantine_id STRING, ingest_id STRING, stage STRING, reasons ARRAY<STRUCT<code: STRING, field: STRING, message: STRING, value: STRING>>, original BINARY, source STRING");

    private final Column reasons;
    private final Column record;

    /** @param recordColumns the wire schema's columns */
    RefusedRecords(RecordChecks checks, Column... recordColumns) {
        this.reasons = reasons(checks);
        this.record = encode(to_json(struct(recordColumns), JSON), "UTF-8");
    }

    private static Column reasons(RecordChecks checks) {
        Column[] reasons = checks.checks().stream()
                .filter(check -> check.otherwise() == Check.Otherwise.QUARANTINE)
                .map(check -> when(
                        not(checks.passes(check)),
                        QuarantineSink.reason(lit(check.name()), lit("The record does not meet: " + check.require()))))
                .toArray(Column[]::new);
        return reasons.length == 0 ? array(QuarantineSink.reason(lit(""), lit(""))) : array_compact(array(reasons));
    }

    /** What the quarantine table has of a refused record, all but the time; for a record with what the checks say of it. */
    Column row() {
        return struct(columns());
    }

    /** @param refused refused records, with what the checks say of each */
    Dataset<Row> forQuarantine(Dataset<Row> refused, Instant at) {
        return at(refused.select(columns()), at);
    }

    /** @param rows as {@link #row} makes them */
    Dataset<Row> forQuarantine(SparkSession spark, List<Row> rows, Instant at) {
        return at(spark.createDataFrame(rows, ROW), at);
    }

    private static Dataset<Row> at(Dataset<Row> rows, Instant at) {
        return rows.withColumn("quarantined_at", BatchTime.column(at, col("source")));
    }

    private Column[] columns() {
        Column isProblem = BatchTally.isProblem();
        return new Column[] {
            when(isProblem, QuarantineSink.idOfProblem())
                    .otherwise(col(SystemFields.INGEST_ID))
                    .as("quarantine_id"),
            when(not(isProblem), col(SystemFields.INGEST_ID)).as("ingest_id"),
            when(isProblem, col(Envelope.STAGE)).otherwise(lit("check")).as("stage"),
            when(isProblem, array(QuarantineSink.reasonOfProblem()))
                    .otherwise(reasons)
                    .as("reasons"),
            when(isProblem, col(Envelope.ORIGINAL)).otherwise(record).as("original"),
            col(Envelope.ORIGIN).as("source")
        };
    }
}
