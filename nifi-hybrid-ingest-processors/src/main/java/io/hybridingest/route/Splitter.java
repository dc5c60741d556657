package io.hybridingest.route;

import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.pipeline.Reason;
import io.hybridingest.pipeline.SystemFields;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Copies every record of a content into the output of its lane. */
public final class Splitter {
    /** The stage that quarantined records name. */
    public static final String STAGE = "route";

    private Splitter() {}

    /**
     * Splits a content.
     *
     * @param source where the content came from, for records that do not know it themselves
     * @return the tally of the stream and of the batch lane, as far as they have records
     * @throws io.hybridingest.record.UnreadableContentException where the content is malformed
     * @throws IOException where an output cannot be written
     */
    public static <R> Map<Lane, Tally> split(
            RoutableRecords<R> records, Lanes lanes, String source, LaneOutputs<R> outputs) throws IOException {
        Map<Lane, Tally> tallies = new EnumMap<>(Lane.class);
        while (records.next()) {
            Lane lane = lanes.laneOf(records);
            if (lane == Lane.INVALID) {
                outputs.reject(quarantined(records, lanes, source));
            } else {
                outputs.write(lane, records.content());
                tallies.computeIfAbsent(lane, any -> new Tally())
                        .add(records.eventMicros().orElseThrow());
            }
        }
        return tallies;
    }

    private static QuarantinedRecord quarantined(RoutableRecords<?> records, Lanes lanes, String source)
            throws IOException {
        Reason reason = lanes.reasonFor(records);
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
