package io.hybridingest.job.source;

import java.sql.Timestamp;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Landed content that no record reader could read, each file as one quarantined record. */
public final class UnreadableFiles {
    private UnreadableFiles() {}

    /**
     * The files of a directory.
     *
     * @param columns columns of a quarantined record
     */
    public static Dataset<Row> quarantined(SparkSession spark, Path directory, int maxFiles, StructType columns) {
        SerializableConfiguration hadoop =
                new SerializableConfiguration(spark.sessionState().newHadoopConf());
        MapFunction<Row, Row> quarantine = file -> quarantined(new Path(file.getString(0)), hadoop.value());
        return LandedFiles.stream(spark, directory, "*", maxFiles).map(quarantine, Encoders.row(columns));
    }

    private static Row quarantined(Path path, Configuration hadoop) {
        FileContent content = FileContent.read(path, hadoop);
        String message = content.isWhole()
                ? "No record reader could read this content"
                : "No record reader could read this content of %d bytes; the beginning is kept here, the whole at %s"
                        .formatted(content.length(), path);
        return RowFactory.create(
                content.id(),
                null,
                "read",
                new Row[] {RowFactory.create("unreadable", "", message, "")},
                content.kept(),
                path.toString(),
                Timestamp.from(Instant.now()));
    }
}
