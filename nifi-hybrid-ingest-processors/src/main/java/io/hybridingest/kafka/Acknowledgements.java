package io.hybridingest.kafka;

import io.hybridingest.pipeline.Reason;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Counts what was handed to the producer and what Kafka answered, for one attempt. The producer's thread reports, the
 * task's thread asks; safe for both.
 */
final class Acknowledgements {
    private final AtomicLong acknowledged = new AtomicLong();
    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
    private long sent;

    /** A record that was not acknowledged, and what the client said. */
    record Failure(RecordPosition position, Exception exception) {
        /** Why Kafka will never take this very record, empty where the record is not at fault. */
        Optional<Reason> rejection() {
            String code =
                    switch (exception) {
                        case RecordTooLargeException e -> "too-large";
                        case InvalidTimestampException e -> "invalid-timestamp";
                        case InvalidRecordException e -> "invalid-record";
                        default -> "";
                    };
            return code.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Reason(code, "", "Kafka refused the record: " + exception.getMessage(), ""));
        }
    }

    /** Call before the record is handed over; the result goes with it. */
    Callback expect(RecordPosition position) {
        sent++;
        return (metadata, exception) -> {
            if (exception == null) {
                acknowledged.incrementAndGet();
            } else {
                failures.add(new Failure(position, exception));
            }
        };
    }

    /** Whether Kafka acknowledged every record; meaningful after a flush. */
    boolean complete() {
        return failures.isEmpty() && acknowledged.get() == sent;
    }

    /** Whether a failure is known already, so that sending on is no use. */
    boolean failed() {
        return !failures.isEmpty();
    }

    /** What failed, in the order in which the client reported it. */
    List<Failure> failures() {
        return List.copyOf(failures);
    }

    @Override
    public String toString() {
        return acknowledged + " of " + sent + " records acknowledged";
    }
}
