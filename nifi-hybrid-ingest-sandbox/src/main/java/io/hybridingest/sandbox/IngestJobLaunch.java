package io.hybridingest.sandbox;

import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Launches of a pipeline's job by spark-submit, without NiFi, each with a run directory and a log of its own.
 *
 * @param sandbox with Spark and Kafka
 * @param pipeline the pipeline
 * @param jars JARs beside those that every launch has
 * @param conf lines of {@code spark-defaults.conf} beside what every launch has
 */
public record IngestJobLaunch(Sandbox sandbox, PipelineDefinition pipeline, List<Path> jars, List<String> conf) {
    public IngestJobLaunch {
        jars = List.copyOf(jars);
        conf = List.copyOf(conf);
    }

    /**
     * Launches the job.
     *
     * @param name of the run directory and the log
     * @param options of the job, {@code --mode} among them
     */
    public ChildProcess launch(String name, String... options) throws IOException {
        SparkDistribution spark = sandbox.spark();
        Files.createDirectories(run(name));
        Path definition = Files.writeString(run(name).resolve("pipeline.json"), pipeline.toJson());
        List<String> lines = new ArrayList<>(List.of(
                "spark.master local[2]",
                "spark.ui.enabled false",
                "spark.driver.host " + Ports.LOOPBACK,
                "spark.driver.bindAddress " + Ports.LOOPBACK,
                "spark.plugins io.hybridingest.job.report.RunPlugin",
                "spark.jars "
                        + Stream.concat(spark.jars().stream(), jars.stream())
                                .map(Path::toString)
                                .collect(Collectors.joining(",")),
                "spark.hybridingest.run-directory " + run(name),
                "spark.hybridingest.kafka.bootstrap.servers " + sandbox.kafka().bootstrapServers()));
        lines.addAll(conf);
        Path properties = Files.write(run(name).resolve("spark.conf"), lines);
        List<String> command = new ArrayList<>(List.of(
                spark.sparkSubmit().toString(),
                "--properties-file",
                properties.toString(),
                "--class",
                "io.hybridingest.job.IngestJob",
                Layout.ofBuild().ingestJob().toString(),
                "--pipeline",
                definition.toString()));
        command.addAll(List.of(options));
        return sandbox.run(
                name,
                command,
                Map.of(
                        "JAVA_HOME", spark.javaHome().toString(),
                        "SPARK_HOME", spark.sparkHome().toString(),
                        "SPARK_LOCAL_IP", Ports.LOOPBACK));
    }

    /** Asks a launch to stop after its micro-batch. */
    public void askToStop(ChildProcess job) throws IOException {
        Files.createFile(run(job.name()).resolve("stop"));
    }

    /** The run directory of a launch. */
    public Path run(String name) {
        return sandbox.sparkRuns().resolve(name);
    }
}
