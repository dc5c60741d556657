package io.hybridingest.job.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {
    @TempDir
    private Path directory;

    private RunReport report;

    @BeforeEach
    void open() {
        report = new RunReport(directory, 5, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        report.close();
    }

    @Test
    void saysWhoRunsFromTheBeginning() {
        assertThat(status().path("state").asText()).isEqualTo("STARTING");
        assertThat(status().path("pid").asLong())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(status().path("epoch").asLong()).isEqualTo(5);

        report.running(new RunStatus.Application("app-1", "orders", "http://ui", "3.5.7"));

        assertThat(status().path("state").asText()).isEqualTo("RUNNING");
        assertThat(status().path("applicationId").asText()).isEqualTo("app-1");
        assertThat(status().path("uiAddress").asText()).isEqualTo("http://ui");
        assertThat(status().path("endedAt").isNull()).isTrue();
    }

    @Test
    void itsHeartBeats() {
        Instant first = Instant.parse(status().path("heartbeatAt").asText());

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                        Instant.parse(status().path("heartbeatAt").asText()))
                .isAfter(first.plusSeconds(1)));
    }

    @Test
    void itsHeartBeatsThoughTheClockIsSetBack() {
        AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-03-29T03:00:00Z"));
        Path other = directory.resolve("other");
        try (RunReport jumping = new RunReport(other, 5, time::get)) {
            Instant earlier = time.updateAndGet(now -> now.minus(Duration.ofHours(1)));

            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                            status(other).path("heartbeatAt").asText())
                    .isEqualTo(earlier.toString()));
        }
    }

    @Test
    void theFirstVerdictStays() {
        report.failed("fenced", "A newer run has written.");
        report.contextEnded(true);

        assertThat(status().path("state").asText()).isEqualTo("FAILED");
        assertThat(status().path("error").path("code").asText()).isEqualTo("fenced");
        assertThat(Instant.parse(status().path("endedAt").asText())).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void anApplicationThatSaysNothingSucceedsWhereItEndedItsContext() {
        report.contextEnded(true);

        assertThat(status().path("state").asText()).isEqualTo("SUCCEEDED");
        assertThat(status().path("error").isNull()).isTrue();
    }

    @Test
    void anApplicationThatSaysNothingFailsWhereTheProcessEndedUnderIt() {
        report.contextEnded(false);

        assertThat(status().path("state").asText()).isEqualTo("FAILED");
        assertThat(status().path("error").path("code").asText()).isEqualTo("ended-without-stop");
    }

    @Test
    void anApplicationThatSaysNothingFailsWhereAQueryFailed() {
        report.noteFailure("query-failed", "boom");
        report.contextEnded(true);

        assertThat(status().path("error").path("message").asText()).isEqualTo("boom");
    }

    @Test
    void runsTheStopHookOnceWhenAsked() throws IOException {
        AtomicInteger stops = new AtomicInteger();
        report.onStop(stops::incrementAndGet);
        Files.createFile(directory.resolve("stop"));

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(stops).hasValue(1));
        report.contextEnded(true);

        assertThat(status().path("state").asText()).isEqualTo("STOPPED");
        assertThat(stops).hasValue(1);
    }

    @Test
    void runsAStopHookThatComesTooLate() throws IOException {
        Files.createFile(directory.resolve("stop"));
        await().atMost(Duration.ofSeconds(10)).until(report::stopRequested);
        AtomicInteger stops = new AtomicInteger();

        report.onStop(stops::incrementAndGet);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(stops).hasValue(1));
    }

    private JsonNode status() {
        return status(directory);
    }

    private static JsonNode status(Path directory) {
        try {
            return new ObjectMapper().readTree(directory.resolve("status.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
