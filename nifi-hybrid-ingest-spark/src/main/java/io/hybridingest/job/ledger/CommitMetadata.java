package io.hybridingest.job.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What every commit of the job says about itself in its {@code userMetadata}: who wrote it and how far its source had
 * been read. The table is thereby its own ledger; a checkpoint can be held against it.
 *
 * @param pipeline name of the pipeline
 * @param lane lane of the writer
 * @param epoch epoch of the launch that wrote it
 * @param generation how often the lane had to begin with a new checkpoint, from 0
 * @param batchId micro-batch, unique within the generation
 * @param offsets topic → partition → end offset, exclusive; empty for files
 * @param files files read, null for Kafka
 * @param rows what became of the records read
 * @param interval data interval of the run, null where there is none
 * @param topicIds topic → the id that Kafka gave it when it was made; empty for files
 * @param acceptedLoss what the person who started the run accepted as lost, null where nothing was
 * @param quarantine the quarantine table as the lane knew it, null in commits that say nothing of it
 */
public record CommitMetadata(
        String pipeline,
        Lane lane,
        long epoch,
        int generation,
        long batchId,
        SortedMap<String, SortedMap<Integer, Long>> offsets,
        Long files,
        RowCounts rows,
        DataInterval interval,
        SortedMap<String, String> topicIds,
        String acceptedLoss,
        QuarantineMark quarantine) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public CommitMetadata {
        Objects.requireNonNull(pipeline, "pipeline");
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(rows, "rows");
        SortedMap<String, SortedMap<Integer, Long>> copy = new TreeMap<>();
        offsets.forEach((topic, ends) -> copy.put(topic, Collections.unmodifiableSortedMap(new TreeMap<>(ends))));
        offsets = Collections.unmodifiableSortedMap(copy);
        topicIds = Collections.unmodifiableSortedMap(new TreeMap<>(topicIds));
    }

    /**
     * Records of one micro-batch.
     *
     * @param in read, the broken ones too
     * @param quarantined meant for the quarantine table
     * @param dropped left out by a check that says so
     * @param tombstones meant for the table, to delete the row of their identity
     * @param inserted new to the table, null where only the commit's own metrics say it
     */
    public record RowCounts(long in, long quarantined, long dropped, long tombstones, Long inserted) {
        /** Where nothing was read. */
        public static final RowCounts NONE = new RowCounts(0, 0, 0);

        /** Counts of records of which none deletes. */
        public RowCounts(long in, long quarantined, long dropped) {
            this(in, quarantined, dropped, 0, null);
        }

        /** Records meant for the table. */
        public long forTable() {
            return in - quarantined - dropped;
        }

        /** The same, with so many that delete among those for the table. */
        public RowCounts withTombstones(long count) {
            return new RowCounts(in, quarantined, dropped, count, inserted);
        }

        /** The same, with so many that are new to the table. */
        public RowCounts withInserted(long count) {
            return new RowCounts(in, quarantined, dropped, tombstones, count);
        }
    }

    /** A commit that says nothing of the quarantine table. */
    public CommitMetadata(
            String pipeline,
            Lane lane,
            long epoch,
            int generation,
            long batchId,
            SortedMap<String, SortedMap<Integer, Long>> offsets,
            Long files,
            RowCounts rows,
            DataInterval interval,
            SortedMap<String, String> topicIds,
            String acceptedLoss) {
        this(pipeline, lane, epoch, generation, batchId, offsets, files, rows, interval, topicIds, acceptedLoss, null);
    }

    /** The same, with other counts. */
    public CommitMetadata withRows(RowCounts counts) {
        return with(counts, quarantine);
    }

    /** The same, which tells how far the quarantine table was followed. */
    public CommitMetadata withQuarantine(QuarantineMark mark) {
        return with(rows, mark);
    }

    private CommitMetadata with(RowCounts counts, QuarantineMark mark) {
        return new CommitMetadata(
                pipeline,
                lane,
                epoch,
                generation,
                batchId,
                offsets,
                files,
                counts,
                interval,
                topicIds,
                acceptedLoss,
                mark);
    }

    /** The JSON object of the contract. */
    public String toJson() {
        return toNode().toString();
    }

    ObjectNode toNode() {
        ObjectNode node = MAPPER.createObjectNode()
                .put("pipeline", pipeline)
                .put("lane", lane.label())
                .put("epoch", epoch)
                .put("generation", generation)
                .put("batchId", batchId);
        if (!offsets.isEmpty()) {
            node.set("offsets", MAPPER.valueToTree(offsets));
        }
        if (files != null) {
            node.put("files", files);
        }
        node.put("rowsIn", rows.in()).put("rowsQuarantined", rows.quarantined()).put("rowsDropped", rows.dropped());
        if (rows.tombstones() > 0) {
            node.put("tombstones", rows.tombstones());
        }
        if (rows.inserted() != null) {
            node.put("rowsInserted", rows.inserted());
        }
        if (interval != null) {
            node.putObject("interval")
                    .put("start", interval.start().toString())
                    .put("end", interval.end().toString());
        }
        if (!topicIds.isEmpty()) {
            node.set("topicIds", MAPPER.valueToTree(topicIds));
        }
        if (acceptedLoss != null) {
            node.put("acceptedLoss", acceptedLoss);
        }
        if (quarantine != null) {
            node.putObject("quarantine").put("tableId", quarantine.tableId()).put("version", quarantine.version());
        }
        return node;
    }

    /** Reads {@link #toJson}; empty for metadata that somebody else wrote. */
    static Optional<CommitMetadata> fromJson(String json) {
        try {
            return of(MAPPER.readTree(json));
        } catch (JsonProcessingException foreign) {
            return Optional.empty();
        }
    }

    static Optional<CommitMetadata> of(JsonNode node) {
        if (!node.hasNonNull("pipeline") || !node.hasNonNull("lane") || !node.hasNonNull("epoch")) {
            return Optional.empty();
        }
        try {
            SortedMap<String, String> topicIds = new TreeMap<>();
            node.path("topicIds")
                    .fields()
                    .forEachRemaining(topic ->
                            topicIds.put(topic.getKey(), topic.getValue().asText()));
            return Optional.of(new CommitMetadata(
                    node.path("pipeline").asText(),
                    Lane.valueOf(node.path("lane").asText().toUpperCase(Locale.ROOT)),
                    node.path("epoch").asLong(),
                    node.path("generation").asInt(),
                    node.path("batchId").asLong(),
                    SourceOffsets.of(node.path("offsets")),
                    node.hasNonNull("files") ? node.path("files").asLong() : null,
                    new RowCounts(
                            node.path("rowsIn").asLong(),
                            node.path("rowsQuarantined").asLong(),
                            node.path("rowsDropped").asLong(),
                            node.path("tombstones").asLong(),
                            node.hasNonNull("rowsInserted")
                                    ? node.path("rowsInserted").asLong()
                                    : null),
                    interval(node.path("interval")),
                    topicIds,
                    node.hasNonNull("acceptedLoss") ? node.path("acceptedLoss").asText() : null,
                    quarantine(node.path("quarantine"))));
        } catch (RuntimeException foreign) {
            return Optional.empty();
        }
    }

    private static QuarantineMark quarantine(JsonNode mark) {
        return mark.isObject()
                ? new QuarantineMark(
                        mark.path("tableId").asText(), mark.path("version").asLong())
                : null;
    }

    private static DataInterval interval(JsonNode interval) {
        return interval.isObject()
                ? new DataInterval(
                        Instant.parse(interval.path("start").asText()),
                        Instant.parse(interval.path("end").asText()))
                : null;
    }
}
