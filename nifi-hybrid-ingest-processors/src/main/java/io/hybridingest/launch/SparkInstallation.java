package io.hybridingest.launch;

import java.nio.file.Path;
import java.util.Map;

/**
 * A Spark installation and the settings that every launch from it starts with.
 *
 * @param sparkHome directory that holds {@code bin/spark-submit}
 * @param javaHome the JDK that Spark runs on
 * @param workingDirectory parent of all run directories
 * @param properties Spark conf, {@code spark.master} and {@code spark.submit.deployMode} included; may hold secrets
 */
public record SparkInstallation(Path sparkHome, Path javaHome, Path workingDirectory, Map<String, String> properties) {
    public SparkInstallation {
        properties = Map.copyOf(properties);
    }
}
