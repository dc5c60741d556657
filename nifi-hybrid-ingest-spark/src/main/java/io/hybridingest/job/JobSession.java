package io.hybridingest.job;

import io.hybridingest.job.local.LocalFiles;
import io.hybridingest.job.local.LocalLogStore;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of the job: what the launcher asks for, and what both lanes must agree on. */
final class JobSession {
    private static final String EXTENSIONS = "spark.sql.extensions";
    private static final String CATALOG = "spark.sql.catalog.spark_catalog";
    private static final String DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";
    private static final String DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";
    private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";
    private static final String SNAPSHOT_PARTITIONS = "spark.databricks.delta.snapshotPartitions";

    /** One store for all file systems; Delta refuses another one beside it. */
    private static final String LOG_STORE_OF_ALL = "spark.delta.logStore.class";

    private JobSession() {}

    /**
     * Starts Spark.
     *
     * @param name application name where the launcher gave none
     */
    static SparkSession start(SparkConf given, String name) {
        SparkConf conf = given.clone();
        String extensions = conf.get(EXTENSIONS, "");
        if (!extensions.contains(DELTA_EXTENSION)) {
            conf.set(EXTENSIONS, extensions.isBlank() ? DELTA_EXTENSION : extensions + "," + DELTA_EXTENSION);
        }
        conf.setIfMissing(CATALOG, DELTA_CATALOG);
        // The day of an instant must not depend on where a lane runs.
        conf.set("spark.sql.session.timeZone", "UTC");
        // Dates before the calendar's reform of 1582, such as 0001-01-01, are what they say; else Spark fails at them.
        for (String format : List.of("avro.datetime", "parquet.datetime", "parquet.int96")) {
            conf.set("spark.sql." + format + "RebaseModeInRead", "CORRECTED");
            conf.set("spark.sql." + format + "RebaseModeInWrite", "CORRECTED");
        }
        // Shorter and faster than Spark's own INT96, and with a smallest and a largest value for queries to go by.
        conf.setIfMissing("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
        // Delta reads its log with 50 tasks by default, which is most of the time of a small micro-batch.
        conf.setIfMissing(SNAPSHOT_PARTITIONS, "2");
        // The list of a table's files in its checksum is for checking Delta; for the first one, Spark reads the log.
        conf.setIfMissing("spark.databricks.delta.allFilesInCrc.enabled", "false");
        // A micro-batch and its Delta commits take more generated classes than Spark keeps by default, so that each
        // batch would compile them all again.
        conf.setIfMissing("spark.sql.codegen.cache.maxEntries", "2000");
        if (!conf.contains(LOG_STORE_OF_ALL)) {
            conf.setIfMissing(LocalLogStore.CONF_KEY, LocalLogStore.class.getName());
        }
        LocalFiles.use(conf);
        if (conf.get("spark.app.name", IngestJob.class.getName()).equals(IngestJob.class.getName())) {
            conf.set("spark.app.name", name);
        }
        SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
        if (!given.contains(SHUFFLE_PARTITIONS)) {
            int cores = spark.sparkContext().defaultParallelism();
            spark.conf().set(SHUFFLE_PARTITIONS, Integer.toString(Math.max(4, 2 * cores)));
        }
        return spark;
    }
}
