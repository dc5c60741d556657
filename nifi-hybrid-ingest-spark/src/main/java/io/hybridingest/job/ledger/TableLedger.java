package io.hybridingest.job.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.job.ledger.LedgerHeads.Head;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What the commits of a Delta table say about one lane of one pipeline: its newest commit, and whether a newer run writes.
 *
 * <p>Reads the commit files of the table's log as the Delta protocol defines them; a look costs one attempt to open the
 * next file, so it can be had before every commit. On opening, commits are read from the newest backwards, until one tells
 * of all that were before it: every commit of the job carries the newest one of each lane, so that the answer does not
 * depend on how many others came in between, nor on whether Delta still has the lane's own file. Safe for use by several
 * threads.
 */
public final class TableLedger {
    private static final Pattern COMMIT = Pattern.compile("(\\d{20})\\.json");
    private static final String COMMIT_INFO = "{\"commitInfo\"";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String table;
    private final Path log;
    private final FileSystem files;
    private final String writer;
    private final SortedMap<String, Head> heads = new TreeMap<>();
    private long nextVersion;

    private TableLedger(String table, FileSystem files, String pipeline, Lane lane) {
        this.table = table;
        this.log = new Path(table, "_delta_log");
        this.files = files;
        this.writer = writer(pipeline, lane);
    }

    private static String writer(String pipeline, Lane lane) {
        return lane.label() + " " + pipeline;
    }

    /** Opens the ledger of a table, which need not exist yet. */
    public static TableLedger open(String table, String pipeline, Lane lane, Configuration hadoop) {
        try {
            TableLedger ledger = new TableLedger(table, new Path(table).getFileSystem(hadoop), pipeline, lane);
            ledger.readBack();
            return ledger;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the Delta log of " + table, e);
        }
    }

    private void readBack() throws IOException {
        OptionalLong latest = latestVersion();
        nextVersion = latest.orElse(-1) + 1;
        long told = -1;
        for (long version = nextVersion - 1; version > told; version--) {
            Optional<JsonNode> info = read(version);
            if (info.isEmpty()) {
                return;
            }
            if (isRestore(info.get())) {
                // What came between is not in the table. Set back to a time, Delta does not say to which version.
                version = info.get().path("operationParameters").path("version").asLong(0) + 1;
                continue;
            }
            JsonNode metadata = metadata(info.get());
            note(version, metadata);
            LedgerHeads carried = LedgerHeads.in(metadata);
            carried.heads().forEach(this::note);
            told = Math.max(told, carried.asOf());
        }
    }

    /** The newest commit of this lane: of its highest epoch the latest. */
    public synchronized Optional<CommitMetadata> newest() {
        return Optional.ofNullable(heads.get(writer)).map(Head::commit);
    }

    /**
     * Reads what was committed since the last look, and refuses where a newer epoch has written.
     *
     * @param epoch epoch of this run
     * @throws FencedException where a commit of this lane carries a higher epoch
     * @throws TableRestoredException where the table was set back since
     */
    public synchronized void requireNewest(long epoch) {
        try {
            for (Optional<JsonNode> next = read(nextVersion); next.isPresent(); next = read(nextVersion)) {
                if (isRestore(next.get())) {
                    throw new TableRestoredException(table, nextVersion);
                }
                note(nextVersion, metadata(next.get()));
                nextVersion++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the Delta log of " + table, e);
        }
        Head head = heads.get(writer);
        if (head != null && head.commit().epoch() > epoch) {
            throw new FencedException(table, head.commit(), head.version(), epoch);
        }
    }

    /** The newest version that has been read, -1 before the first. */
    synchronized long asOf() {
        return nextVersion - 1;
    }

    /** Whether the table was set back after a version, as far as Delta still has the commits and they have been read. */
    synchronized boolean isRestoredSince(long version) {
        try {
            for (long later = asOf(); later > version; later--) {
                Optional<JsonNode> info = read(later);
                if (info.isEmpty()) {
                    return false;
                }
                if (isRestore(info.get())) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the Delta log of " + table, e);
        }
    }

    /**
     * What a commit to this table is to say about itself.
     *
     * @return the commit's metadata and with it the newest commits of all lanes, as JSON
     * @throws FencedException where a newer run has written
     */
    public synchronized String userMetadata(CommitMetadata commit) {
        requireNewest(commit.epoch());
        return new LedgerHeads(nextVersion - 1, List.copyOf(heads.values())).carriedBy(commit);
    }

    private static boolean isRestore(JsonNode info) {
        return info.path("operation").asText().equals("RESTORE");
    }

    private static JsonNode metadata(JsonNode info) {
        return LedgerHeads.parse(info.path("userMetadata").asText("{}"));
    }

    /** What a commit says about itself, an empty node where it says nothing; nothing where there is no such commit. */
    private Optional<JsonNode> read(long version) throws IOException {
        Path commit = new Path(log, "%020d.json".formatted(version));
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(files.open(commit), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(COMMIT_INFO)) {
                    return Optional.of(MAPPER.readTree(line).path("commitInfo"));
                }
            }
            return Optional.of(MAPPER.createObjectNode());
        } catch (FileNotFoundException notThere) {
            return Optional.empty();
        }
    }

    private void note(long version, JsonNode metadata) {
        CommitMetadata.of(metadata).ifPresent(commit -> note(new Head(version, commit)));
    }

    private void note(Head head) {
        heads.merge(
                writer(head.commit().pipeline(), head.commit().lane()),
                head,
                (known, other) -> other.isNewerThan(known) ? other : known);
    }

    private OptionalLong latestVersion() throws IOException {
        try {
            return Arrays.stream(files.listStatus(log))
                    .map(FileStatus::getPath)
                    .map(Path::getName)
                    .map(COMMIT::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(name -> Long.parseLong(name.group(1)))
                    .max();
        } catch (FileNotFoundException none) {
            return OptionalLong.empty();
        }
    }
}
