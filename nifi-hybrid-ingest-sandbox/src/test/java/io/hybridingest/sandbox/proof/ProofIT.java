package io.hybridingest.sandbox.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SparkScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The proof can fail: it is shown a table in which everything that can be wrong is. */
class ProofIT {
    @Test
    void findsWhatIsMissingTwiceStrayAndNotInQuarantine() throws IOException {
        try (Sandbox sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("proof"))
                .withSpark()
                .fresh()
                .start()) {
            Path table = sandbox.data().resolve("table");
            Path quarantine = sandbox.data().resolve("quarantine");
            Path truth = Files.createDirectories(sandbox.data().resolve("truth"));
            writeTruth(truth);
            new SparkScript(ProofIT.class, "flawed_tables.py").run(sandbox, Duration.ofMinutes(5), table, quarantine);

            Report report = Report.of(
                    new Proof(sandbox).findings(table, quarantine, truth), Duration.ZERO, Map.of(), List.of());

            assertThat(report.count("sent")).isEqualTo(100);
            assertThat(report.count("missing")).isEqualTo(2);
            assertThat(report.json().path("missingSample"))
                    .extracting(missing -> missing.path("flight").asInt())
                    .containsExactlyInAnyOrder(98, 99);
            assertThat(report.count("duplicated")).isEqualTo(1);
            assertThat(report.count("unexpected")).isEqualTo(1);
            assertThat(report.count("inTable")).isEqualTo(100);
            assertThat(report.count("lanes.stream")).isEqualTo(42);
            assertThat(report.count("quarantined.actual")).isEqualTo(3);
            assertThat(report.json().at("/quarantined/missing/0").asText()).isEqualTo("BROKEN-00003");
            assertThat(report.count("quarantined.repeated")).isEqualTo(1);
            assertThat(report.count("quarantined.unexpected")).isEqualTo(1);
            assertThat(report.count("rescued.actual")).isEqualTo(1);
            assertThat(report.count("streamLatencySeconds.records")).isEqualTo(41);
            assertThat(report.seconds("streamLatencySeconds.p50")).isPresent();
            assertThat(report.problems()).hasSize(7);
        }
    }

    private static void writeTruth(Path truth) throws IOException {
        StringBuilder sent = new StringBuilder();
        for (int flight = 0; flight < 100; flight++) {
            String line = """
                    {"carrier":"UA","flight":%d,"origin":"JFK","scheduledMicros":%d,"sentAt":%d,"feed":"live","unknownField":%b}
                    """;
            sent.append(line.formatted(flight, 1_700_000_000_000_000L + flight, 1000L * flight, flight < 2));
        }
        Files.writeString(truth.resolve("sent.jsonl"), sent);
        StringBuilder broken = new StringBuilder();
        for (int number = 0; number < 4; number++) {
            broken.append("{\"marker\":\"BROKEN-%05d\",\"kind\":\"truncated\"}%n".formatted(number));
        }
        Files.writeString(truth.resolve("broken.jsonl"), broken);
    }
}
