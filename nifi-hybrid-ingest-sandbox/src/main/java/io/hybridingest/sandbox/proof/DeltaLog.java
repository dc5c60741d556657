package io.hybridingest.sandbox.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of a Delta table by the table's own log, without Spark: cheap enough to look every second. Reads only commits it
 * has not seen. Not thread-safe.
 */
public final class DeltaLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path log;
    private final Map<String, Long> rowsOfFile = new HashMap<>();
    private final Map<String, Long> rowsOfLane = new HashMap<>();
    private long nextVersion;
    private long rows;

    /** @param table directory of the table, which need not be there yet */
    public DeltaLog(Path table) {
        this.log = table.resolve("_delta_log");
    }

    /** Takes in the commits since the last time. */
    public DeltaLog refreshed() {
        try {
            for (Path commit = commit(nextVersion); Files.exists(commit); commit = commit(++nextVersion)) {
                take(Files.readAllLines(commit));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return this;
    }

    /** Rows that the table holds. */
    public long rows() {
        return rows;
    }

    /** Rows that commits of a lane added. */
    public long rows(String lane) {
        return rowsOfLane.getOrDefault(lane, 0L);
    }

    /** Data files of the newest version. */
    public int files() {
        return rowsOfFile.size();
    }

    long commits() {
        return nextVersion;
    }

    private Path commit(long version) {
        return log.resolve("%020d.json".formatted(version));
    }

    private void take(List<String> lines) throws IOException {
        long added = 0;
        String lane = "";
        for (String line : lines) {
            JsonNode action = JSON.readTree(line);
            if (action.has("add")) {
                added += add(action.path("add"));
            } else if (action.has("remove")) {
                Long removed =
                        rowsOfFile.remove(action.path("remove").path("path").asText());
                added -= removed == null ? 0 : removed;
            } else if (action.has("commitInfo")) {
                lane = lane(action.path("commitInfo").path("userMetadata").asText());
            }
        }
        rows += added;
        rowsOfLane.merge(lane, added, Long::sum);
    }

    private long add(JsonNode file) throws IOException {
        long records = JSON.readTree(file.path("stats").asText("{}"))
                .path("numRecords")
                .asLong();
        rowsOfFile.put(file.path("path").asText(), records);
        return records;
    }

    private static String lane(String userMetadata) {
        try {
            return JSON.readTree(userMetadata).path("lane").asText();
        } catch (IOException notOurs) {
            return "";
        }
    }
}
