package io.hybridingest.route;

import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.pipeline.Reason;
import io.hybridingest.pipeline.SystemFields;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Chooses the lane of every record of a content, once, and copies the records into the outputs of their lanes. Records are held for
 * as long as all of them take one lane and there is room: a content that goes as it is was not copied for nothing then.
 *
 * @param <R> the form in which a record is copied
 */
public final class Splitter<R> {
    /** The stage that quarantined records name. */
    public static final String STAGE = "route";

    private final RoutableRecords<R> records;
    private final Lanes lanes;
    private final String source;
    private final LaneOutputs<R> outputs;
    private final Map<Lane, Tally> tallies = new EnumMap<>(Lane.class);
    private Lane heldLane;
    private boolean holds = true;
    private long invalid;

    /** @param source where the content came from, for records that do not know it themselves */
    public Splitter(RoutableRecords<R> records, Lanes lanes, String source, LaneOutputs<R> outputs) {
        this.records = records;
        this.lanes = lanes;
        this.source = source;
        this.outputs = outputs;
    }

    /**
     * Routes all records. To be called once.
     *
     * @return what the outputs are worth: unless the content was split, they are to be dropped
     * @throws io.hybridingest.record.UnreadableContentException where the content is malformed
     * @throws IOException where an output cannot be written
     */
    public Routing run() throws IOException {
        while (records.next()) {
            OptionalLong eventMicros = records.eventMicros();
            Lane lane = lanes.laneOf(records, eventMicros);
            if (lane == Lane.INVALID) {
                release();
                outputs.reject(quarantined(eventMicros));
                invalid++;
            } else {
                tallies.computeIfAbsent(lane, any -> new Tally()).add(eventMicros.getAsLong());
                if (!held(lane)) {
                    release();
                    outputs.write(lane, records.content());
                }
            }
        }
        return Routing.of(tallies, invalid);
    }

    private boolean held(Lane lane) {
        if (!holds || heldLane != null && heldLane != lane) {
            return false;
        }
        heldLane = lane;
        return records.hold();
    }

    private void release() throws IOException {
        if (holds) {
            holds = false;
            records.release(record -> outputs.write(heldLane, record));
        }
    }

    private QuarantinedRecord quarantined(OptionalLong eventMicros) throws IOException {
        Reason reason = lanes.reasonFor(eventMicros);
        byte[] original = records.json();
        String ingestId = records.text(SystemFields.INGEST_ID).orElse(null);
        return new QuarantinedRecord(
                ingestId == null ? IngestId.ofContent(original) : ingestId,
                ingestId,
                STAGE,
                List.of(reason),
                original,
                records.text(SystemFields.SOURCE).orElse(source),
                lanes.now());
    }
}
