package io.hybridingest.sandbox.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void holdsWhenNothingIsLostNothingIsTwiceAndTheBrokenOnesAreInQuarantine() throws Exception {
        Report report = report(findings -> {});
        assertThat(report.problems()).isEmpty();
        assertThat(report.table()).contains("Nothing lost", "p50 4.2 s", "truncated", "SIGKILL");
    }

    @ParameterizedTest
    @CsvSource({
        "missing, 1, are missing",
        "duplicated, 2, more than once",
        "inTable, 99, 99 rows for 100 records",
        "unexpected, 1, never sent whole",
        "sent, 0, nothing was sent",
        "quarantined/actual, 1, not in quarantine",
        "quarantined/unexpected, 1, good records are in quarantine",
        "quarantined/repeated, 1, in quarantine more than once",
        "rescued/actual, 2, rescued fields"
    })
    void failsForEachThingThatIsWrong(String key, int value, String problem) throws Exception {
        Report report = report(findings -> {
            int slash = key.lastIndexOf('/');
            ObjectNode parent = slash < 0 ? findings : (ObjectNode) findings.get(key.substring(0, slash));
            parent.put(key.substring(slash + 1), value);
        });
        assertThat(report.holds()).isFalse();
        assertThat(report.table()).contains("FAILED", problem);
    }

    @Test
    void theFileHasTheKeysThatOthersReadAndIsTheSameForTheSameReport(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("report.json");
        report(findings -> {}).write(file);
        JsonNode written = JSON.readTree(file.toFile());
        for (String key : List.of(
                "/sent",
                "/inTable",
                "/missing",
                "/duplicated",
                "/quarantined/expected",
                "/quarantined/actual",
                "/lanes/stream",
                "/lanes/batch",
                "/streamLatencySeconds/p50",
                "/streamLatencySeconds/p95",
                "/wallSeconds",
                "/versions/nifi")) {
            assertThat(written.at(key).isMissingNode()).as(key).isFalse();
        }
        String first = Files.readString(file);
        report(findings -> {}).write(file);
        assertThat(file).hasContent(first);
    }

    private static Report report(Consumer<ObjectNode> change) throws Exception {
        ObjectNode findings = (ObjectNode) JSON.readTree("""
                {"sent": 100, "inTable": 100, "missing": 0, "missingSample": [], "duplicated": 0, "unexpected": 0,
                 "lanes": {"stream": 40, "batch": 60},
                 "quarantined": {"expected": 2, "actual": 2, "missing": [], "unexpected": 0, "repeated": 0,
                   "byReason": {"unreadable": 2}, "byKind": {"truncated": {"found": 2, "reasons": ["read: unreadable"]}}},
                 "rescued": {"expected": 3, "actual": 3},
                 "streamLatencySeconds": {"p50": 4.2, "p95": 9.0}}
                """);
        change.accept(findings);
        return Report.of(findings, Duration.ofSeconds(90), Map.of("nifi", "2.3.0"), List.of("SIGKILL for the driver"));
    }
}
