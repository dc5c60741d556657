package io.hybridingest.job.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What Spark has planned for a micro-batch. It writes it to the checkpoint's offset log before the batch runs, so the end offsets name every
 * partition, also those that brought no record.
 *
 * @param offsets topic → partition → end offset, empty for files
 * @param watermark in milliseconds since 1970, 0 where there is none
 */
public record PlannedBatch(SortedMap<String, SortedMap<Integer, Long>> offsets, long watermark) {
    /** Of a source that is no topic. */
    public static final PlannedBatch NONE = new PlannedBatch(new TreeMap<>(), 0);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public PlannedBatch {
        offsets = Collections.unmodifiableSortedMap(offsets);
    }

    /**
     * Reads it.
     *
     * @param checkpoint checkpoint of the query
     * @return {@link #NONE} where nothing is planned under this number
     */
    public static PlannedBatch of(Path checkpoint, long batchId, Configuration hadoop) {
        List<String> lines = logged(new Path(new Path(checkpoint, "offsets"), Long.toString(batchId)), hadoop);
        // The version, the query's own state, and a line for each source, of which there is one.
        return lines.isEmpty()
                ? NONE
                : new PlannedBatch(SourceOffsets.parse(lines.get(lines.size() - 1)), watermark(lines));
    }

    private static long watermark(List<String> lines) {
        try {
            return lines.size() < 2
                    ? 0
                    : MAPPER.readTree(lines.get(1)).path("batchWatermarkMs").asLong();
        } catch (JsonProcessingException foreign) {
            return 0;
        }
    }

    private static List<String> logged(Path file, Configuration hadoop) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(file.getFileSystem(hadoop).open(file), StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.isBlank()).toList();
        } catch (FileNotFoundException none) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read what is planned in " + file, e);
        }
    }
}
