package io.hybridingest.job.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hybridingest.job.ledger.SourceOffsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/**
 * One line of {@code progress.jsonl}.
 *
 * @param at when the line was made
 * @param batchId the micro-batch
 * @param rowsIn records read
 * @param counts what became of them, null for an application that does not say
 * @param lagRecords offsets between what was read and what the topic had, null for other sources. In a topic with
 *     transactions some offsets are no records
 * @param lagSeconds age of the newest record read, 0 where all was read, null where it is not known
 * @param watermark the query's watermark, null where it has none
 * @param durationMillis phase of the micro-batch → milliseconds
 * @param application the application
 */
record ProgressLine(
        Instant at,
        long batchId,
        long rowsIn,
        BatchCounts counts,
        Long lagRecords,
        Double lagSeconds,
        String watermark,
        SortedMap<String, Long> durationMillis,
        RunStatus.Application application) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double MILLIS_PER_SECOND = 1000.0;

    static ProgressLine of(
            StreamingQueryProgress progress, Optional<BatchCounts> counts, RunStatus.Application application) {
        Instant now = Instant.now();
        Long lagRecords = lag(progress.sources());
        return new ProgressLine(
                now,
                progress.batchId(),
                counts.map(BatchCounts::rowsIn).orElse(progress.numInputRows()),
                counts.orElse(null),
                lagRecords,
                lagSeconds(lagRecords, counts, now),
                progress.eventTime().get("watermark"),
                new TreeMap<>(progress.durationMs()),
                application);
    }

    private static Long lag(SourceProgress[] sources) {
        Long lag = null;
        for (SourceProgress source : sources) {
            SortedMap<String, SortedMap<Integer, Long>> read = SourceOffsets.parse(source.endOffset());
            SortedMap<String, SortedMap<Integer, Long>> latest = SourceOffsets.parse(source.latestOffset());
            for (Map.Entry<String, SortedMap<Integer, Long>> topic : latest.entrySet()) {
                SortedMap<Integer, Long> ends = read.getOrDefault(topic.getKey(), new TreeMap<>());
                for (Map.Entry<Integer, Long> partition : topic.getValue().entrySet()) {
                    long behind = partition.getValue() - ends.getOrDefault(partition.getKey(), 0L);
                    lag = (lag == null ? 0 : lag) + Math.max(0, behind);
                }
            }
        }
        return lag;
    }

    private static Double lagSeconds(Long lagRecords, Optional<BatchCounts> counts, Instant now) {
        if (lagRecords == null) {
            return null;
        }
        if (lagRecords == 0) {
            return 0.0;
        }
        return counts.map(BatchCounts::newest)
                .map(newest -> Math.max(0, Duration.between(newest, now).toMillis()) / MILLIS_PER_SECOND)
                .orElse(null);
    }

    String toJson() {
        ObjectNode node = MAPPER.createObjectNode()
                .put("at", at.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("batchId", batchId)
                .put("rowsIn", rowsIn)
                .put("rowsInserted", counts == null ? null : Long.valueOf(counts.rowsInserted()))
                .put("rowsDuplicate", counts == null ? null : Long.valueOf(counts.rowsDuplicate()))
                .put("rowsQuarantined", counts == null ? null : Long.valueOf(counts.rowsQuarantined()))
                .put("rowsLate", counts == null ? null : Long.valueOf(counts.rowsLate()))
                .put("lagRecords", lagRecords)
                .put("lagSeconds", lagSeconds)
                .put("watermark", watermark);
        node.set("durationMillis", MAPPER.valueToTree(durationMillis));
        return node.put("applicationId", application.id())
                .put("uiAddress", application.uiAddress())
                .toString();
    }
}
