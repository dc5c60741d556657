package io.hybridingest.job.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What the commits of a Delta table say about one lane of one pipeline: its newest commit and the highest epoch.
 *
 * <p>Reads the commit files of the table's log as the Delta protocol defines them; a look costs one attempt to open the
 * next file, so it can be had before every batch. On opening, the newest {@value #LOOK_BACK} commits are read. Safe for
 * use by several threads.
 */
public final class TableLedger {
    private static final int LOOK_BACK = 200;
    private static final Pattern COMMIT = Pattern.compile("(\\d{20})\\.json");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String table;
    private final Path log;
    private final FileSystem files;
    private final String pipeline;
    private final Lane lane;
    private long nextVersion;
    private CommitMetadata newest;
    private CommitMetadata highest;
    private long highestVersion;

    private TableLedger(String table, FileSystem files, String pipeline, Lane lane) {
        this.table = table;
        this.log = new Path(table, "_delta_log");
        this.files = files;
        this.pipeline = pipeline;
        this.lane = lane;
    }

    /** Opens the ledger of a table, which need not exist yet. */
    public static TableLedger open(String table, String pipeline, Lane lane, Configuration hadoop) {
        try {
            TableLedger ledger = new TableLedger(table, new Path(table).getFileSystem(hadoop), pipeline, lane);
            OptionalLong latest = ledger.latestVersion();
            ledger.nextVersion = Math.max(0, latest.orElse(-1) + 1 - LOOK_BACK);
            while (ledger.nextVersion <= latest.orElse(-1)) {
                ledger.read(ledger.nextVersion);
                ledger.nextVersion++;
            }
            return ledger;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the Delta log of " + table, e);
        }
    }

    /** The newest commit of this lane among those that were read. */
    public synchronized Optional<CommitMetadata> newest() {
        return Optional.ofNullable(newest);
    }

    /**
     * Reads what was committed since the last look, and refuses where a newer epoch has written.
     *
     * @param epoch epoch of this run
     * @throws FencedException where a commit of this lane carries a higher epoch
     */
    public synchronized void requireNewest(long epoch) {
        try {
            while (read(nextVersion)) {
                nextVersion++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the Delta log of " + table, e);
        }
        if (highest != null && highest.epoch() > epoch) {
            throw new FencedException(table, highest, highestVersion, epoch);
        }
    }

    private boolean read(long version) throws IOException {
        Path commit = new Path(log, "%020d.json".formatted(version));
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(files.open(commit), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{\"commitInfo\"")) {
                    JsonNode info = MAPPER.readTree(line).path("commitInfo");
                    CommitMetadata.fromJson(info.path("userMetadata").asText("{}"))
                            .ifPresent(commitMetadata -> note(version, commitMetadata));
                    return true;
                }
            }
            return true;
        } catch (FileNotFoundException notYet) {
            return false;
        }
    }

    private void note(long version, CommitMetadata commit) {
        if (!commit.pipeline().equals(pipeline) || commit.lane() != lane) {
            return;
        }
        newest = commit;
        if (highest == null || commit.epoch() >= highest.epoch()) {
            highest = commit;
            highestVersion = version;
        }
    }

    private OptionalLong latestVersion() throws IOException {
        try {
            return Arrays.stream(files.listStatus(log))
                    .map(FileStatus::getPath)
                    .map(Path::getName)
                    .map(COMMIT::matcher)
                    .filter(java.util.regex.Matcher::matches)
                    .mapToLong(name -> Long.parseLong(name.group(1)))
                    .max();
        } catch (FileNotFoundException none) {
            return OptionalLong.empty();
        }
    }
}
