package io.hybridingest.job.source;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.pipeline.SystemFields;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads landed records, as a stream of files: Avro containers, JSON lines, CSV and Parquet, told apart by their names.
 *
 * <p>Spark's own Avro source ends the whole query at the first damaged file, again on every run, or leaves it out in
 * silence. Here a damaged file becomes a problem that names the file, and the records before the damage are kept; what is
 * read are the records' bytes, so that the decoding is that of the stream lane.
 */
public final class Containers {
    private static final String PATTERN = "*.avro";
    private static final String RECORDS = "*.{avro,json,jsonl,ndjson,csv,parquet}";
    private static final String IS_AVRO = "path LIKE '%.avro'";

    private Containers() {}

    /**
     * Prepared records of the files in a directory.
     *
     * @return the columns of the wire schema and those of {@link Envelope}
     */
    public static Dataset<Row> records(
            SparkSession spark, Path directory, int maxFiles, PipelineDefinition definition) {
        return records(LandedFiles.stream(spark, directory, RECORDS, maxFiles), definition);
    }

    /** The same of all files that are there now, whether a run has read them or not. */
    public static Dataset<Row> allRecords(SparkSession spark, Path directory, PipelineDefinition definition) {
        return records(LandedFiles.all(spark, directory, RECORDS), definition);
    }

    private static Dataset<Row> records(Dataset<Row> files, PipelineDefinition definition) {
        Schema wire = definition.wireSchema();
        // One source, looked at twice: a checkpoint knows the number of its sources.
        return read(files.where(IS_AVRO), wire, SystemFields.INGEST_ID)
                .unionByName(readValues(files.where("NOT " + IS_AVRO), wire));
    }

    private static Dataset<Row> readValues(Dataset<Row> files, Schema wire) {
        SerializableConfiguration hadoop = new SerializableConfiguration(
                files.sparkSession().sessionState().newHadoopConf());
        String json = wire.toString();
        FlatMapFunction<Row, Row> read = file -> open(new Path(file.getString(0)), hadoop.value(), json);
        return JsonMessages.decodeGiven(files.flatMap(read, Encoders.row(FileValues.COLUMNS)), wire);
    }

    private static FileValues open(Path path, Configuration hadoop, String schemaJson) throws IOException {
        String name = path.getName();
        if (name.endsWith(".csv")) {
            return new CsvValues(path, hadoop, schemaJson);
        }
        return name.endsWith(".parquet") ? new ParquetValues(path, hadoop) : new JsonLines(path, hadoop);
    }

    /** Quarantined records of the files in a directory: the columns of {@link QuarantinedRecord#schema()} and those of {@link Envelope}. */
    public static Dataset<Row> quarantined(SparkSession spark, Path directory, int maxFiles) {
        return read(
                LandedFiles.stream(spark, directory, PATTERN, maxFiles), QuarantinedRecord.schema(), "quarantine_id");
    }

    private static Dataset<Row> read(Dataset<Row> files, Schema schema, String required) {
        SerializableConfiguration hadoop = new SerializableConfiguration(
                files.sparkSession().sessionState().newHadoopConf());
        String json = schema.toString();
        FlatMapFunction<Row, Row> read =
                file -> ContainerRecords.open(new Path(file.getString(0)), hadoop.value(), json);
        return AvroBodies.decode(files.flatMap(read, Encoders.row(Envelope.ENCODED)), json, required);
    }
}
