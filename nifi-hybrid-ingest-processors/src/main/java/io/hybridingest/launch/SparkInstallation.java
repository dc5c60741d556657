package io.hybridingest.launch;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A Spark installation and the settings that every launch from it starts with.
 *
 * @param sparkHome directory that holds {@code bin/spark-submit}
 * @param javaHome the JDK that Spark runs on
 * @param workingDirectory parent of all run directories
 * @param environment variables for the driver, on top of NiFi's own; may hold secrets
 * @param secret names of the properties that hold secrets whatever their names look like
 * @param properties Spark conf, {@code spark.master} and {@code spark.submit.deployMode} included; may hold secrets
 */
public record SparkInstallation(
        Path sparkHome,
        Path javaHome,
        Path workingDirectory,
        Map<String, String> environment,
        Set<String> secret,
        Map<String, String> properties) {
    public SparkInstallation {
        environment = Map.copyOf(environment);
        secret = Set.copyOf(secret);
        properties = Map.copyOf(properties);
    }
}
