package io.hybridingest.job;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session that tests share; after a test that needed one of its own, the next gets a new one. */
public final class LocalSpark {
    private LocalSpark() {}

    /** A session on two cores, made as the job makes its own. */
    public static SparkSession session() {
        return JobSession.start(conf(), "test");
    }

    /** Ends the shared session, for a test that starts its own. */
    public static void end() {
        session().stop();
    }

    /** What spark-submit would bring for a small machine. */
    public static SparkConf conf() {
        return new SparkConf()
                .setMaster("local[2]")
                .set("spark.ui.enabled", "false")
                .set("spark.sql.shuffle.partitions", "2")
                .set("spark.databricks.delta.snapshotPartitions", "1")
                // A few rows are read faster than code for reading them is compiled.
                .set("spark.sql.codegen.wholeStage", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1");
    }
}
