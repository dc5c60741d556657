package io.hybridingest.job.ledger;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoint of a lane's query, as far as it can be held against the table and the topic. */
public final class QueryCheckpoint {
    private static final Logger LOG = LoggerFactory.getLogger(QueryCheckpoint.class);
    private static final String TOPIC_ID = "_topic_id";
    private static final String OFFSETS = "offsets";
    private static final String COMMITS = "commits";

    private final Path path;
    private final Configuration hadoop;

    /** @param path the query's checkpoint, which need not exist */
    public QueryCheckpoint(Path path, Configuration hadoop) {
        this.path = path;
        this.hadoop = hadoop;
    }

    /**
     * What a checkpoint says.
     *
     * @param planned where the newest micro-batch that was planned ends, whether it was finished or not
     * @param done where the newest finished one ends, empty where none is finished
     * @param atNewest where the micro-batch of the table's newest commit ends, absent where that is of another generation or forgotten
     * @param topicId the topic that it was made for, absent where it does not say
     */
    record Saying(
            SortedMap<Integer, Long> planned,
            SortedMap<Integer, Long> done,
            Optional<SortedMap<Integer, Long>> atNewest,
            Optional<String> topicId) {}

    /** Whether a query has used it. */
    public boolean isUsed() {
        return SourceOffsets.newestBatch(new Path(path, OFFSETS), hadoop).isPresent();
    }

    /**
     * Whether it has finished a micro-batch that the table does not have, as when the table was restored. Counts where each micro-batch leaves a
     * commit.
     *
     * @param newest gives the newest commit of the lane in the table; looks when it is asked, as a micro-batch is in the table before it is finished
     */
    public boolean isAheadOf(Supplier<Optional<CommitMetadata>> newest) {
        OptionalLong finished = SourceOffsets.newestBatch(new Path(path, COMMITS), hadoop);
        if (finished.isEmpty()) {
            return false;
        }
        int own = generation().orElse(0);
        return newest.get()
                .map(commit -> commit.generation() < own
                        || commit.generation() == own && commit.batchId() < finished.getAsLong())
                .orElse(true);
    }

    /** What the checkpoint says about a topic; nothing where no micro-batch was ever planned. */
    Optional<Saying> read(String topic, Optional<CommitMetadata> newest) {
        OptionalLong last = SourceOffsets.newestBatch(new Path(path, OFFSETS), hadoop);
        if (last.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong finished = SourceOffsets.newestBatch(new Path(path, COMMITS), hadoop);
        Optional<SortedMap<Integer, Long>> atNewest = newest.filter(
                        commit -> commit.batchId() >= 0 && generation().equals(Optional.of(commit.generation())))
                .map(commit -> of(topic, commit.batchId()))
                .filter(ends -> !ends.isEmpty());
        return Optional.of(new Saying(
                of(topic, last.getAsLong()),
                finished.isPresent() ? of(topic, finished.getAsLong()) : new TreeMap<>(),
                atNewest,
                text(TOPIC_ID)));
    }

    private SortedMap<Integer, Long> of(String topic, long batchId) {
        return PlannedBatch.of(path, batchId, hadoop).offsets().getOrDefault(topic, new TreeMap<>());
    }

    private Optional<Integer> generation() {
        return text(Generation.FILE).map(Integer::valueOf);
    }

    private Optional<String> text(String name) {
        Path file = new Path(path, name);
        try (InputStream in = file.getFileSystem(hadoop).open(file)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip())
                    .filter(text -> !text.isEmpty());
        } catch (FileNotFoundException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot use the checkpoint " + path, e);
        }
    }

    /** Notes the topic that the checkpoint is for. */
    public void keep(String topicId) {
        Path file = new Path(path, TOPIC_ID);
        try (OutputStream out = file.getFileSystem(hadoop).create(file, true)) {
            out.write(topicId.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot use the checkpoint " + path, e);
        }
    }

    /** Puts the checkpoint out of the way, so that the next query begins with a new one. The old one stays beside it. */
    public void setAside() {
        try {
            FileSystem files = path.getFileSystem(hadoop);
            if (!files.exists(path)) {
                return;
            }
            Path aside = path.suffix("-replaced");
            for (int number = 2; files.exists(aside); number++) {
                aside = path.suffix("-replaced-" + number);
            }
            if (!files.rename(path, aside)) {
                throw new IOException("it cannot be renamed to " + aside);
            }
            LOG.warn("The checkpoint {} is not used any more; it is kept as {}", path, aside);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot put the checkpoint " + path + " out of the way", e);
        }
    }
}
