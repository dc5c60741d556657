package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.sandbox.NifiApi.Component;
import io.hybridingest.sandbox.feed.FeedScale;
import io.hybridingest.sandbox.proof.HybridRun;
import io.hybridingest.sandbox.proof.Report;
import org.junit.jupiter.api.Test;

/** The demo, scaled down, with every kind of trouble it can make. */
class DemoIT {
    @Test
    void everyRecordIsInTheTableOnceOrInQuarantineThoughTheStreamDriverIsKilled() {
        try (Sandbox sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("demo"))
                .withKafka()
                .withNifi()
                .withSpark()
                .fresh()
                .progress(System.out::println)
                .start()) {
            HybridRun run = new HybridRun(sandbox, FeedScale.small(), HybridRun.Chaos.DRIVER, System.out::println);

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
            assertThat(report.json().path("chaos")).hasSize(1);
            assertThat(sandbox.nifi().api().components(run.group())).allMatch(Component::isValid);
        }
    }
}
