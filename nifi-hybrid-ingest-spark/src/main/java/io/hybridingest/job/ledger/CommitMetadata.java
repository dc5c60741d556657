package io.hybridingest.job.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
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
 * @param rowsIn records read
 * @param interval data interval of the run, null where there is none
 */
public record CommitMetadata(
        String pipeline,
        Lane lane,
        long epoch,
        int generation,
        long batchId,
        SortedMap<String, SortedMap<Integer, Long>> offsets,
        Long files,
        long rowsIn,
        DataInterval interval) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public CommitMetadata {
        Objects.requireNonNull(pipeline, "pipeline");
        Objects.requireNonNull(lane, "lane");
        offsets = new TreeMap<>(offsets);
    }

    /** The JSON object of the contract. */
    public String toJson() {
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
        node.put("rowsIn", rowsIn);
        if (interval != null) {
            node.putObject("interval")
                    .put("start", interval.start().toString())
                    .put("end", interval.end().toString());
        }
        return node.toString();
    }

    /** Reads {@link #toJson}; empty for metadata that somebody else wrote. */
    static Optional<CommitMetadata> fromJson(String json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            if (!node.hasNonNull("pipeline") || !node.hasNonNull("lane") || !node.hasNonNull("epoch")) {
                return Optional.empty();
            }
            JsonNode interval = node.path("interval");
            return Optional.of(new CommitMetadata(
                    node.path("pipeline").asText(),
                    Lane.valueOf(node.path("lane").asText().toUpperCase(Locale.ROOT)),
                    node.path("epoch").asLong(),
                    node.path("generation").asInt(),
                    node.path("batchId").asLong(),
                    SourceOffsets.of(node.path("offsets")),
                    node.hasNonNull("files") ? node.path("files").asLong() : null,
                    node.path("rowsIn").asLong(),
                    interval.isObject()
                            ? new DataInterval(
                                    Instant.parse(interval.path("start").asText()),
                                    Instant.parse(interval.path("end").asText()))
                            : null));
        } catch (JsonProcessingException | RuntimeException foreign) {
            return Optional.empty();
        }
    }
}
