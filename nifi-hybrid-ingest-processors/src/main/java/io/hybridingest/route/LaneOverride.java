package io.hybridingest.route;

import java.util.Objects;
import org.apache.nifi.record.path.FieldValue;
import org.apache.nifi.record.path.RecordPath;
import org.apache.nifi.serialization.record.Record;

/**
 * Sends the records that a predicate holds for through one lane, whatever their event time. Immutable and safe to share between
 * threads.
 *
 * @param lane {@link Lane#STREAM} or {@link Lane#BATCH}
 * @param predicate holds where it evaluates to true, or, as a filter does, selects any value
 */
public record LaneOverride(Lane lane, RecordPath predicate) {
    public LaneOverride {
        Objects.requireNonNull(predicate, "predicate");
        if (lane == Lane.INVALID) {
            throw new IllegalArgumentException("An override leads to the stream or the batch lane");
        }
    }

    boolean holdsFor(Record record) {
        return predicate
                .evaluate(record)
                .getSelectedFields()
                .map(FieldValue::getValue)
                .anyMatch(value -> value != null && !Boolean.FALSE.equals(value));
    }
}
