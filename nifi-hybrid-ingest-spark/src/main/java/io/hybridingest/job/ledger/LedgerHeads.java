package io.hybridingest.job.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The newest commit of every lane as far as one commit knew them. It carries them along, so that a lane's newest commit is
 * found however many others came after it, and also when Delta has cleaned its file away.
 *
 * @param asOf the last version that was read for them, -1 before the first
 * @param heads newest commits, one for each pipeline and lane
 */
record LedgerHeads(long asOf, List<Head> heads) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String LEDGER = "ledger";
    private static final String AS_OF = "asOf";
    private static final String HEADS = "heads";
    private static final String VERSION = "version";

    /** Nothing is known. */
    static final LedgerHeads NONE = new LedgerHeads(-1, List.of());

    LedgerHeads {
        heads = List.copyOf(heads);
    }

    /**
     * The newest commit of one lane.
     *
     * @param version of the table
     */
    record Head(long version, CommitMetadata commit) {
        /** A run that was replaced may commit once more, late; what it says is no news. */
        boolean isNewerThan(Head other) {
            int epochs = Long.compare(commit.epoch(), other.commit().epoch());
            return epochs == 0 ? version > other.version() : epochs > 0;
        }
    }

    /** The commit's metadata with the heads in it. */
    String carriedBy(CommitMetadata commit) {
        ObjectNode node = commit.toNode();
        ObjectNode ledger = node.putObject(LEDGER).put(AS_OF, asOf);
        ArrayNode carried = ledger.putArray(HEADS);
        heads.forEach(head -> carried.add(head.commit().toNode().put(VERSION, head.version())));
        return node.toString();
    }

    /** What {@link #carriedBy} has added; {@link #NONE} where nothing was. */
    static LedgerHeads in(JsonNode metadata) {
        JsonNode ledger = metadata.path(LEDGER);
        if (!ledger.path(AS_OF).isIntegralNumber()) {
            return NONE;
        }
        List<Head> heads = new ArrayList<>();
        for (JsonNode head : ledger.path(HEADS)) {
            Optional<CommitMetadata> commit = CommitMetadata.of(head);
            if (commit.isEmpty()) {
                return NONE;
            }
            heads.add(new Head(head.path(VERSION).asLong(), commit.get()));
        }
        return new LedgerHeads(ledger.path(AS_OF).asLong(), heads);
    }

    static JsonNode parse(String userMetadata) {
        try {
            return MAPPER.readTree(userMetadata);
        } catch (com.fasterxml.jackson.core.JsonProcessingException foreign) {
            return MAPPER.missingNode();
        }
    }
}
