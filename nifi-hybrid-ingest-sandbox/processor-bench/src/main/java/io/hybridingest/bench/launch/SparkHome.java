package io.hybridingest.bench.launch;

import java.nio.file.Path;
import java.util.Map;

/**
 * A real Spark.
 *
 * @param home holds {@code bin/spark-submit}
 * @param javaHome the Java that it runs on
 * @param python interpreter of its applications
 * @param application a PySpark script that ends by itself and prints {@code sum: } with its result
 */
record SparkHome(Path home, Path javaHome, Path python, Path application) {
    static final String MASTER = "local[1]";
    static final String DRIVER_MEMORY = "1g";

    /** Settings of both sides. */
    static final Map<String, String> CONF = Map.of(
            "spark.ui.enabled", "false",
            "spark.driver.bindAddress", "127.0.0.1",
            "spark.driver.host", "127.0.0.1");
}
