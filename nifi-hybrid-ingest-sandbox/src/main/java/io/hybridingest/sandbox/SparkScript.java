package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A PySpark script that lies beside a class, submitted with spark-submit and with Delta, in a process of its own that has no
 * part in the pipeline.
 *
 * @param beside class whose package holds the script as a resource
 * @param name file name of the script
 */
public record SparkScript(Class<?> beside, String name) {
    /**
     * Runs the script to its end.
     *
     * @param sandbox with Spark; the script and its log, {@code logs/<name>.log}, go there
     * @param patience after which waiting is given up
     * @param arguments of the script
     * @return the ended process, whatever came of it
     */
    public ChildProcess run(Sandbox sandbox, Duration patience, Object... arguments) {
        Path script = sandbox.directory().resolve(name);
        try (InputStream source = beside.getResourceAsStream(name)) {
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        SparkDistribution spark = sandbox.spark();
        ChildProcess process =
                sandbox.run(name.replace(".py", ""), command(spark, script, arguments), environment(spark));
        Waiting.until(name + "; see " + process.log(), patience, () -> !process.isAlive());
        return process;
    }

    private static List<String> command(SparkDistribution spark, Path script, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(spark.sparkSubmit().toString(), "--master", "local[2]"));
        new TreeMap<>(Map.of(
                        "spark.ui.enabled", "false",
                        "spark.driver.memory", "2g",
                        "spark.sql.session.timeZone", "UTC",
                        "spark.sql.shuffle.partitions", "4",
                        "spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS",
                        "spark.databricks.delta.snapshotPartitions", "1",
                        "spark.databricks.delta.properties.defaults.checkpointInterval", "50",
                        "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
                        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog"))
                .forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
        String jars = spark.jars().stream().map(Path::toString).collect(Collectors.joining(","));
        command.addAll(List.of("--jars", jars, script.toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    private static Map<String, String> environment(SparkDistribution spark) {
        return Map.of(
                "JAVA_HOME", spark.javaHome().toString(),
                "SPARK_HOME", spark.sparkHome().toString(),
                "PYSPARK_PYTHON", spark.python().toString(),
                "SPARK_LOCAL_IP", Ports.LOOPBACK);
    }
}
