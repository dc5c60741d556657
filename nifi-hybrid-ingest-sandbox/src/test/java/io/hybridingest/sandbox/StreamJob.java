package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
        List<String> all = new ArrayList<>(List.of("--mode", "stream"));
        all.addAll(List.of(options));
        return launches().launch(name, all.toArray(String[]::new));
    }

    /** Asks a launch to stop, and waits until it has done so without a failure. */
    void stop(ChildProcess job) throws IOException {
        launches().askToStop(job);
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
        return launches().run(name);
    }

    private IngestJobLaunch launches() {
        return new IngestJobLaunch(sandbox, pipeline, jars, conf);
    }
}
