package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Launches of a pipeline's job as spark-submit makes them, each with a run directory and a log of its own. */
final class StreamJob {
    static final Duration LAUNCH = Duration.ofMinutes(3);

    private final Sandbox sandbox;
    private final PipelineDefinition pipeline;
    private final List<Path> jars = new ArrayList<>();
    private final List<String> conf;

    /** @param conf lines of {@code spark-defaults.conf} beside what every launch has */
    StreamJob(Sandbox sandbox, PipelineDefinition pipeline, String... conf) {
        this.sandbox = sandbox;
        this.pipeline = pipeline;
        this.conf = List.of(conf);
    }

    /** Adds a JAR to those that every launch has. */
    StreamJob withJar(Path jar) {
        jars.add(jar);
        return this;
    }

    /** Launches the stream lane. */
    ChildProcess launch(String name, String... options) throws IOException {
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
                "--mode",
                "stream",
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

    /** Asks a launch to stop, and waits until it has done so without a failure. */
    void stop(ChildProcess job) throws IOException {
        Files.createFile(run(job.name()).resolve("stop"));
        Waiting.until("the job to stop; see " + job.log(), Duration.ofMinutes(1), () -> !job.isAlive());
        assertThat(job.exitValue()).as(job.lastLines()).isZero();
    }

    /** Waits for a launch that is to fail. */
    String failure(ChildProcess job) throws IOException {
        Waiting.until("the job to fail; see " + job.log(), LAUNCH, () -> !job.isAlive());
        assertThat(job.exitValue()).as(job.lastLines()).isEqualTo(1);
        return Files.readString(run(job.name()).resolve("status.json"));
    }

    Path run(String name) {
        return sandbox.sparkRuns().resolve(name);
    }
}
