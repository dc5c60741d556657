package io.hybridingest.job.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
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
     * The end offsets that Spark has planned for a micro-batch. It writes them to the offset log before the batch runs,
     * so they name every partition, also those that brought no record.
     *
     * @param checkpoint checkpoint of the query
     * @param batchId the running micro-batch
     */
    public static SortedMap<String, SortedMap<Integer, Long>> planned(
            Path checkpoint, long batchId, Configuration hadoop) {
        List<String> lines = logged(checkpoint, batchId, hadoop);
        return lines.isEmpty() ? new TreeMap<>() : parse(lines.get(lines.size() - 1));
    }

    /**
     * The watermark that Spark has planned a micro-batch with.
     *
     * @return milliseconds since 1970, 0 where there is none
     */
    public static long watermark(Path checkpoint, long batchId, Configuration hadoop) {
        for (String line : logged(checkpoint, batchId, hadoop)) {
            try {
                JsonNode millis = MAPPER.readTree(line).path("batchWatermarkMs");
                if (millis.isNumber()) {
                    return millis.asLong();
                }
            } catch (JsonProcessingException version) {
                // The first line is no JSON.
            }
        }
        return 0;
    }

    /** The lines of a micro-batch in the offset log: version, metadata, and the offsets of each source. */
    private static List<String> logged(Path checkpoint, long batchId, Configuration hadoop) {
        Path file = new Path(new Path(checkpoint, "offsets"), Long.toString(batchId));
        try {
            FileSystem files = file.getFileSystem(hadoop);
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.UTF_8))) {
                return lines.lines().filter(line -> !line.isBlank()).toList();
            }
        } catch (FileNotFoundException none) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the offsets of batch " + batchId + " in " + file, e);
        }
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
        return planned(checkpoint, done.getAsLong(), hadoop);
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
