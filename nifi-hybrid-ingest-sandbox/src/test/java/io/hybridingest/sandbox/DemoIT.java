package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.sandbox.NifiApi.Component;
import io.hybridingest.sandbox.feed.FeedScale;
import io.hybridingest.sandbox.proof.HybridRun;
import io.hybridingest.sandbox.proof.HybridRun.Chaos;
import io.hybridingest.sandbox.proof.Report;
import io.hybridingest.sandbox.proof.SparkRuns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, scaled down, with every kind of trouble it can make. */
class DemoIT {
    @TempDir
    Path profile;

    @Test
    void everyRecordIsInTheTableOnceOrInQuarantineThoughTheStreamDriverAndThenNifiAreKilled() throws IOException {
        try (Sandbox sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("demo"))
                .withKafka()
                .withNifi()
                .withSpark()
                .fresh()
                .progress(System.out::println)
                .start()) {
            HybridRun run = new HybridRun(sandbox, FeedScale.small(), EnumSet.allOf(Chaos.class), System.out::println);

            Report report = run.run();

            System.out.println(report.table());
            assertThat(report.problems())
                    .as("logs are in %s, run directories in %s", sandbox.logs(), sandbox.sparkRuns())
                    .isEmpty();
            assertThat(report.count("sent")).isGreaterThan(3_000);
            assertThat(report.count("lanes.stream")).isPositive();
            assertThat(report.count("lanes.batch")).isPositive();
            assertThat(report.count("quarantined.expected")).isEqualTo(12);
            assertThat(report.count("rescued.expected")).isPositive();
            assertThat(report.seconds("streamLatencySeconds.p50")).isPresent();
            assertThat(report.json().path("chaos")).hasSize(2);
            assertThat(report.json().path("chaos").path(1).asText()).contains("lived on");
            assertThat(new SparkRuns(sandbox.sparkRuns()).streamLaunches())
                    .as("at first, and after the driver was killed; NiFi adopted the driver that it found")
                    .isEqualTo(2);
            assertThat(sandbox.nifi().api().components(run.group())).allMatch(Component::isValid);
            takePicture(sandbox, run);
        }
    }

    /** The flow at work; for people, where there is a browser. */
    private void takePicture(Sandbox sandbox, HybridRun run) throws IOException {
        int processors = sandbox.nifi().api().processors(run.group()).size();
        if (CanvasPicture.isPossible()) {
            try (CanvasPicture picture = CanvasPicture.open(run.canvas(), profile, processors)) {
                picture.save(Path.of("target", "canvas-at-work.png"));
            }
        }
    }
}
