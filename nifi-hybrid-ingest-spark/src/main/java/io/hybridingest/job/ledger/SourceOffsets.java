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
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Offsets of a Kafka source as Spark writes them: {@code {"topic":{"0":42}}}. */
public final class SourceOffsets {
    private static final ObjectMapper MAPPER = new ObjectMapper();

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
        Path file = new Path(new Path(checkpoint, "offsets"), Long.toString(batchId));
        try {
            FileSystem files = file.getFileSystem(hadoop);
            String last = null;
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    last = line.isBlank() ? last : line;
                }
            }
            return parse(last);
        } catch (FileNotFoundException none) {
            return new TreeMap<>();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the offsets of batch " + batchId + " in " + file, e);
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
