package io.hybridingest.job.source;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The files of a landing directory as a stream of paths, each given once; only the listing is read here. */
final class LandedFiles {
    /** What Spark's binaryFile source gives; of it only the path is asked for, and so no content is read. */
    private static final StructType COLUMNS = new StructType()
            .add("path", DataTypes.StringType, false)
            .add("modificationTime", DataTypes.TimestampType, false)
            .add("length", DataTypes.LongType, false)
            .add("content", DataTypes.BinaryType, true);

    /** A file may carry an old time stamp, and would be left out in silence after Spark's default of a week. */
    private static final String ANY_AGE = "36500d";

    private LandedFiles() {}

    /** Paths of all files that are in a directory now; where it does not exist, Spark says so. */
    static Dataset<Row> all(SparkSession spark, Path directory, String pattern) {
        return spark.read()
                .format("binaryFile")
                .option("pathGlobFilter", pattern)
                .load(directory.toString())
                .select(col("path"));
    }

    /**
     * Paths of landed files.
     *
     * @param directory created where it does not exist, so that a run before the first file is no failure
     * @param pattern file names to take
     * @param maxFiles most files of one micro-batch
     */
    static Dataset<Row> stream(SparkSession spark, Path directory, String pattern, int maxFiles) {
        try {
            directory.getFileSystem(spark.sessionState().newHadoopConf()).mkdirs(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the landing directory " + directory, e);
        }
        return spark.readStream()
                .format("binaryFile")
                .schema(COLUMNS)
                .option("pathGlobFilter", pattern)
                .option("maxFileAge", ANY_AGE)
                .option("maxFilesPerTrigger", maxFiles)
                .load(directory.toString())
                .select(col("path"));
    }
}
