package io.hybridingest.kafka;

import io.hybridingest.kafka.PublishOutcome.NotPublished;
import io.hybridingest.kafka.PublishOutcome.Published;
import io.hybridingest.kafka.PublishOutcome.Receipt;
import io.hybridingest.pipeline.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Sends the records of several sources as one unit and says what became of each. Success is counted: the unit is
 * published when Kafka acknowledged as many records as were sent. A record that Kafka will never take is left out and
 * the others are sent again without it, because a transaction that saw an error takes no more records.
 *
 * <p>After any other failure nothing counts as sent and this publisher is spent: its successor of the same
 * transactional id makes Kafka abort or complete what was open. Owns its producer. For one thread at a time.
 */
public final class RecordPublisher implements AutoCloseable {
    private final PublishPlan plan;
    private final Producer<byte[], byte[]> producer;
    private final boolean transactional;
    private State state = State.NEW;

    private enum State {
        /** Transactions are not initialised yet. */
        NEW,
        READY,
        /** The producer is in an unknown or final state; only closing is left. */
        SPENT
    }

    RecordPublisher(PublishPlan plan, Producer<byte[], byte[]> producer) {
        this.plan = plan;
        this.producer = producer;
        this.transactional = plan.settings().delivery() == Delivery.TRANSACTIONAL;
    }

    /**
     * Sends all records of all sources.
     *
     * @param sources contents that {@link PublishPlan#inspect} found readable
     * @throws UnreadableContentException where a source cannot be read any more; nothing counts as sent
     */
    public PublishOutcome publish(List<RecordSource> sources) throws UnreadableContentException, IOException {
        if (state == State.SPENT) {
            throw new IllegalStateException("This publisher is spent");
        }
        State before = state;
        state = State.SPENT;
        try {
            if (before == State.NEW && transactional) {
                producer.initTransactions();
            }
            PublishOutcome outcome = attemptUntilSettled(sources);
            if (outcome instanceof Published) {
                state = State.READY;
            }
            return outcome;
        } catch (KafkaException e) {
            return notPublished(e);
        }
    }

    /** Whether this publisher can be used again. */
    boolean usable() {
        return state != State.SPENT;
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }

    /** Closes the producer, waiting at most so long for what is in flight; of a spent one nothing is worth waiting for. */
    void close(Duration limit) {
        Duration wait = state == State.SPENT ? Duration.ZERO : limit;
        state = State.SPENT;
        try {
            producer.close(wait);
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Every further attempt leaves out at least one record more, so this ends. */
    private PublishOutcome attemptUntilSettled(List<RecordSource> sources)
            throws UnreadableContentException, IOException {
        NavigableMap<RecordPosition, Reason> rejected = new TreeMap<>();
        int partitions = producer.partitionsFor(plan.topic()).size();
        while (true) {
            if (transactional) {
                producer.beginTransaction();
            }
            Acknowledgements answers = new Acknowledgements();
            List<Long> records = send(sources, partitions, answers, rejected);
            producer.flush();
            if (answers.complete()) {
                if (transactional) {
                    producer.commitTransaction();
                }
                return published(records, rejected);
            }
            if (!reject(answers.failures(), rejected)) {
                return notPublished(answers.failures().stream()
                        .<Exception>map(Acknowledgements.Failure::exception)
                        .findFirst()
                        .orElseGet(() -> new KafkaException("only " + answers)));
            }
            if (transactional) {
                producer.abortTransaction();
            }
        }
    }

    /** Hands over every record that is not rejected, until one fails; returns the number of records of each source. */
    private List<Long> send(
            List<RecordSource> sources,
            int partitions,
            Acknowledgements answers,
            NavigableMap<RecordPosition, Reason> rejected)
            throws UnreadableContentException, IOException {
        List<Long> counts = new ArrayList<>(sources.size());
        for (int source = 0; source < sources.size(); source++) {
            long count = 0;
            try (PreparedRecords records = PreparedRecords.open(sources.get(source), plan.layout())) {
                for (PreparedRecord record = records.next();
                        record != null && !answers.failed();
                        record = records.next()) {
                    count++;
                    RecordPosition position = new RecordPosition(source, record.index());
                    if (!rejected.containsKey(position)) {
                        send(plan.encoder().encode(record, partitions), position, answers, rejected);
                    }
                }
            }
            counts.add(count);
        }
        return counts;
    }

    private void send(
            ProducerRecord<byte[], byte[]> message,
            RecordPosition position,
            Acknowledgements answers,
            NavigableMap<RecordPosition, Reason> rejected) {
        int size = MessageEncoder.size(message);
        if (size > plan.maxMessageSize()) {
            rejected.put(position, tooLarge(size));
            return;
        }
        Callback answer = answers.expect(position);
        try {
            producer.send(message, answer);
        } catch (RecordTooLargeException e) {
            answer.onCompletion(null, e);
        } catch (KafkaException e) {
            if (!answers.failed()) {
                throw e;
            }
            // The refusal of an earlier record has reached the transaction before this one; that record decides.
        }
    }

    /**
     * Notes the records that are at fault themselves; false where there are none, so that trying again is no use. A
     * transaction reports the refusal of one record for all that were still to be sent: only the first to be reported is
     * surely the one that was refused.
     */
    private boolean reject(List<Acknowledgements.Failure> failures, NavigableMap<RecordPosition, Reason> rejected) {
        List<Acknowledgements.Failure> refused = failures.stream()
                .filter(failure -> failure.rejection().isPresent())
                .limit(transactional ? 1 : Long.MAX_VALUE)
                .toList();
        refused.forEach(
                failure -> rejected.put(failure.position(), failure.rejection().orElseThrow()));
        return !refused.isEmpty();
    }

    private Reason tooLarge(int size) {
        return new Reason(
                "too-large",
                "",
                "The message would take " + size + " bytes, more than the producer's max.request.size of "
                        + plan.maxMessageSize()
                        + ": make the record smaller, or raise max.request.size in the Kafka Cluster Service and "
                        + "max.message.bytes of the topic",
                "");
    }

    private static PublishOutcome published(List<Long> records, NavigableMap<RecordPosition, Reason> rejected) {
        List<Receipt> receipts = new ArrayList<>(records.size());
        for (int source = 0; source < records.size(); source++) {
            List<RejectedRecord> ofSource =
                    rejected
                            .subMap(new RecordPosition(source, 0), new RecordPosition(source + 1, 0))
                            .entrySet()
                            .stream()
                            .map(entry -> new RejectedRecord(entry.getKey().index(), entry.getValue()))
                            .toList();
            receipts.add(new Receipt(records.get(source) - ofSource.size(), ofSource));
        }
        return new Published(receipts);
    }

    private PublishOutcome notPublished(Throwable reported) {
        return new NotPublished(plan.fault(reported));
    }
}
