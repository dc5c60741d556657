package io.hybridingest.sandbox.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaLogTest {
    @TempDir
    Path table;

    @Test
    void aTableThatIsNotThereHasNoRows() {
        assertThat(new DeltaLog(table.resolve("none")).refreshed().rows()).isZero();
    }

    @Test
    void rowsAreCountedByLaneAsCommitsArrive() throws IOException {
        DeltaLog log = new DeltaLog(table);
        commit(0, commitInfo("stream"), add("a", 10), add("b", 5));
        assertThat(log.refreshed().rows("stream")).isEqualTo(15);
        commit(1, commitInfo("batch"), add("c", 100));
        assertThat(log.refreshed().rows("batch")).isEqualTo(100);
        assertThat(log.rows()).isEqualTo(115);
        assertThat(log.refreshed().rows()).isEqualTo(115);
    }

    @Test
    void compactionChangesNoCount() throws IOException {
        DeltaLog log = new DeltaLog(table);
        commit(0, commitInfo("stream"), add("a", 10), add("b", 5));
        commit(1, "{\"commitInfo\":{\"operation\":\"OPTIMIZE\"}}", add("c", 15), remove("a"), remove("b"));
        assertThat(log.refreshed().rows()).isEqualTo(15);
        assertThat(log.rows("stream")).isEqualTo(15);
    }

    private void commit(long version, String... actions) throws IOException {
        Path log = Files.createDirectories(table.resolve("_delta_log"));
        Files.writeString(log.resolve("%020d.json".formatted(version)), String.join("\n", actions) + "\n");
    }

    private static String commitInfo(String lane) {
        return "{\"commitInfo\":{\"timestamp\":1,\"userMetadata\":\"{\\\"lane\\\":\\\"" + lane + "\\\"}\"}}";
    }

    private static String add(String path, int records) {
        return "{\"add\":{\"path\":\"%s\",\"dataChange\":true,\"stats\":\"{\\\"numRecords\\\":%d}\"}}"
                .formatted(path, records);
    }

    private static String remove(String path) {
        return "{\"remove\":{\"path\":\"%s\"}}".formatted(path);
    }
}
