package io.hybridingest.kafka;

import io.hybridingest.pipeline.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BinaryOperator;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Counts what was handed to the producer and what Kafka answered, for one attempt. The producer's thread reports, the
 * task's thread asks; safe for both.
 */
final class Acknowledgements {
    private static final int NOWHERE = -1;

    private final AtomicLongArray acknowledged;
    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean failed;
    private long sent;
    private Long oldestMillis;
    private Failure refusal;

    /** @param partitions number of partitions of the topic */
    Acknowledgements(int partitions) {
        acknowledged = new AtomicLongArray(Math.max(1, partitions));
    }

    /**
     * A record that was not acknowledged, and what the client said.
     *
     * @param partition where it was to go, {@link #NOWHERE} where that is not known
     */
    record Failure(RecordPosition position, int partition, Exception exception) {
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
    Callback expect(int source, long index) {
        sent++;
        return new Answer(this, source, index);
    }

    /** @param millis timestamp of a record that is handed over, null where the client gives it one */
    void stamped(Long millis) {
        if (millis != null && (oldestMillis == null || millis < oldestMillis)) {
            oldestMillis = millis;
        }
    }

    /**
     * The client did not even take the last record that was expected. It may only pass on what befell an earlier record and
     * is about to be reported for that one, so this failure counts as the last of all.
     */
    void refuse(int source, long index, Exception exception) {
        refusal = new Failure(new RecordPosition(source, index), NOWHERE, exception);
        failed = true;
    }

    /** Number of records handed over. */
    long sent() {
        return sent;
    }

    /** The oldest timestamp of a record handed over; null where none had one. */
    Instant oldest() {
        return oldestMillis == null ? null : Instant.ofEpochMilli(oldestMillis);
    }

    /** Whether Kafka acknowledged every record; meaningful after a flush. */
    boolean complete() {
        return !failed && acknowledged() == sent;
    }

    /** Whether a failure is known already, so that sending on is no use. */
    boolean failed() {
        return failed;
    }

    /** What failed, in the order in which the client reported it; meaningful after a flush. */
    List<Failure> failures() {
        List<Failure> all = new ArrayList<>(failures);
        if (refusal != null) {
            all.add(refusal);
        }
        return all;
    }

    /**
     * The failures of records that are surely at fault themselves; meaningful after a flush. Without transactions every
     * record is answered for itself. In a transaction the refusal of one is reported for all that were still to be sent, as
     * one and the same exception. So the first one counts, and those whose exception was reported for no other record; but
     * not the last record of a partition, which may be the only one that was still to be sent. A record that is left out
     * here is refused again.
     */
    List<Failure> refused(boolean transactional) {
        List<Failure> all = failures();
        List<Failure> refused = new ArrayList<>();
        Map<Exception, Long> reported = new IdentityHashMap<>();
        Map<Integer, RecordPosition> last = new HashMap<>();
        for (Failure failure : all) {
            reported.merge(failure.exception(), 1L, Long::sum);
            last.merge(failure.partition(), failure.position(), BinaryOperator.maxBy(Comparator.naturalOrder()));
        }
        for (Failure failure : all) {
            boolean its = reported.get(failure.exception()) == 1
                    && !last.get(failure.partition()).equals(failure.position());
            if (failure.rejection().isPresent() && (!transactional || refused.isEmpty() || its)) {
                refused.add(failure);
            }
        }
        return refused;
    }

    /** How the acknowledged records lie over the partitions; meaningful after a flush. */
    PartitionSkew skew() {
        int hottest = 0;
        for (int partition = 1; partition < acknowledged.length(); partition++) {
            if (acknowledged.get(partition) > acknowledged.get(hottest)) {
                hottest = partition;
            }
        }
        return new PartitionSkew(hottest, acknowledged.get(hottest), acknowledged());
    }

    @Override
    public String toString() {
        return acknowledged() + " of " + sent + " records acknowledged";
    }

    private long acknowledged() {
        long sum = 0;
        for (int partition = 0; partition < acknowledged.length(); partition++) {
            sum += acknowledged.get(partition);
        }
        return sum;
    }

    /**
     * Only the producer's own thread comes here, so nothing is lost between reading and writing. A partition that was added
     * in the meantime counts with the last one that was known.
     */
    private void acknowledge(int partition) {
        int counted = Math.min(partition, acknowledged.length() - 1);
        acknowledged.setRelease(counted, acknowledged.getPlain(counted) + 1);
    }

    private void fail(RecordPosition position, int partition, Exception exception) {
        failures.add(new Failure(position, partition, exception));
        failed = true;
    }

    /** One object a record: where it came from, in case that it fails. */
    private record Answer(Acknowledgements answers, int source, long index) implements Callback {
        @Override
        public void onCompletion(RecordMetadata metadata, Exception exception) {
            if (exception == null) {
                answers.acknowledge(metadata.partition());
            } else {
                int partition = metadata == null ? NOWHERE : metadata.partition();
                answers.fail(new RecordPosition(source, index), partition, exception);
            }
        }
    }
}
