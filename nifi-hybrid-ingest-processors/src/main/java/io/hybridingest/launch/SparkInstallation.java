package io.hybridingest.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Spark installation and the settings that every launch from it starts with.
 *
 * @param sparkHome directory that holds {@code bin/spark-submit}
 * @param javaHome the JDK that Spark runs on
 * @param workingDirectory parent of all run directories
 * @param environment variables for the driver, on top of NiFi's own; may hold secrets
 * @param secret names of the properties that hold secrets whatever their names look like; of environment variables with
 *     {@value #ENVIRONMENT_PREFIX} before them
 * @param properties Spark conf, {@code spark.master} and {@code spark.submit.deployMode} included; may hold secrets
 */
public record SparkInstallation(
        Path sparkHome,
        Path javaHome,
        Path workingDirectory,
        Map<String, String> environment,
        Set<String> secret,
        Map<String, String> properties) {
    /** Before the name of an environment variable where properties are named. */
    public static final String ENVIRONMENT_PREFIX = "env.";

    public SparkInstallation {
        environment = Map.copyOf(environment);
        secret = Set.copyOf(secret);
        properties = Map.copyOf(properties);
    }

    /** The Spark conf that every launch starts with: the distribution's own defaults, and the properties over them. */
    public Map<String, String> settings() throws IOException {
        Map<String, String> settings = SparkConf.read(defaultsFile());
        settings.putAll(properties);
        return settings;
    }

    /** The distribution's own defaults, which Spark reads where no properties file is given. */
    Path defaultsFile() {
        return Optional.ofNullable(System.getenv("SPARK_CONF_DIR"))
                .map(Path::of)
                .orElseGet(() -> sparkHome.resolve("conf"))
                .resolve("spark-defaults.conf");
    }
}
