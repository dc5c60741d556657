package io.hybridingest.job.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Offsets of a Kafka source as Spark writes them: {@code {"topic":{"0":42}}}. */
public final class SourceOffsets {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern BATCH = Pattern.compile("\\d{1,18}");

    private SourceOffsets() {}

    /**
     * Reads one offset as it stands in a progress report or an offset log.
     *
     * @param json an object of topics, or null
     * @return topic → partition → offset, empty where the text is no such object
     */
    public static SortedMap<String, SortedMap<Integer, Long>> parse(String json) {
        if (json == null) {
            return new TreeMap<>();
        }
        try {
            return of(MAPPER.readTree(json));
        } catch (JsonProcessingException | NumberFormatException foreign) {
            return new TreeMap<>();
        }
    }

    static SortedMap<String, SortedMap<Integer, Long>> of(JsonNode topics) {
        SortedMap<String, SortedMap<Integer, Long>> offsets = new TreeMap<>();
        topics.fields().forEachRemaining(topic -> {
            if (!topic.getValue().isObject()) {
                return;
            }
            SortedMap<Integer, Long> partitions = new TreeMap<>();
            topic.getValue()
                    .fields()
                    .forEachRemaining(partition -> partitions.put(
                            Integer.valueOf(partition.getKey()),
                            partition.getValue().asLong()));
            offsets.put(topic.getKey(), partitions);
        });
        return offsets;
    }

    /**
     * How far a lane is before its next micro-batch: where the newest one ended that has done all it had to. The checkpoint
     * knows of batches that left nothing to put into the table, and the table of one that a crash kept from the checkpoint.
     *
     * @param newest newest commit of the lane in the table
     * @param generation generation of the checkpoint
     * @param checkpoint checkpoint of the query, which need not exist
     * @return empty where nothing was ever read
     */
    public static SortedMap<String, SortedMap<Integer, Long>> reached(
            Optional<CommitMetadata> newest, Generation generation, Path checkpoint, Configuration hadoop) {
        OptionalLong done = newestBatch(new Path(checkpoint, "commits"), hadoop);
        boolean tableIsAhead = newest.filter(commit -> commit.generation() == generation.number())
                .filter(commit -> commit.batchId() > done.orElse(-1))
                .isPresent();
        if (done.isEmpty() || tableIsAhead) {
            return newest.map(CommitMetadata::offsets).orElseGet(TreeMap::new);
        }
        return PlannedBatch.of(checkpoint, done.getAsLong(), hadoop).offsets();
    }

    /**
     * The highest micro-batch that a directory of a checkpoint has a file of. Spark deletes the files of old ones.
     *
     * @param commits the checkpoint's {@code commits} or {@code offsets}, which need not exist
     */
    public static OptionalLong newestBatch(Path commits, Configuration hadoop) {
        try {
            return Arrays.stream(commits.getFileSystem(hadoop).listStatus(commits))
                    .map(file -> file.getPath().getName())
                    .filter(name -> BATCH.matcher(name).matches())
                    .mapToLong(Long::parseLong)
                    .max();
        } catch (FileNotFoundException none) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + commits, e);
        }
    }

    /** Writes offsets the way that the option {@code startingOffsets} wants them. */
    public static String toJson(SortedMap<String, SortedMap<Integer, Long>> offsets) {
        try {
            return MAPPER.writeValueAsString(offsets);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Offsets are maps of numbers", e);
        }
    }
}
