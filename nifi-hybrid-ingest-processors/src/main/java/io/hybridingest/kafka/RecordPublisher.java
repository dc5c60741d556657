package io.hybridingest.kafka;

import io.hybridingest.kafka.PublishOutcome.NotPublished;
import io.hybridingest.kafka.PublishOutcome.Published;
import io.hybridingest.kafka.PublishOutcome.Unexplained;
import io.hybridingest.kafka.PublishUnit.Member;
import io.hybridingest.pipeline.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TransactionAbortedException;

/**
 * Sends the records of several sources as one unit and says what became of each. Success is counted: the unit is
 * published when Kafka acknowledged as many records as were sent. A record that Kafka will never take, and a source that
 * breaks off, are left out and the others are sent again without them, because a transaction that saw an error takes no
 * more records, and one that holds what it should not has to go.
 *
 * <p>After any other failure nothing counts as sent. Where the client says that it can go on, the transaction is aborted;
 * else this publisher is spent, and its successor of the same transactional id makes Kafka abort or complete what was
 * open. Owns its producer. For one thread at a time, but for {@link #abandon}.
 */
public final class RecordPublisher implements AutoCloseable {
    private final PublishPlan plan;
    private final Producer<byte[], byte[]> producer;
    private final boolean transactional;
    private final Slicer slicer;
    private State state = State.NEW;
    /** Whether a transaction was begun that is neither committed nor aborted. */
    private boolean open;

    private volatile boolean abandoned;

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
        this.slicer = plan.content().slicer();
    }

    /**
     * Sends all records of all sources.
     *
     * @throws IOException where a content cannot be closed; nothing counts as sent
     */
    public PublishOutcome publish(RecordSources sources) throws IOException {
        if (state == State.SPENT) {
            throw new IllegalStateException("This publisher is spent");
        }
        State before = state;
        state = State.SPENT;
        try {
            if (before == State.NEW && transactional) {
                producer.initTransactions();
            }
            int partitions = producer.partitionsFor(plan.topic()).size();
            PublishUnit unit = new PublishUnit(sources);
            Optional<PublishOutcome> settled = Optional.empty();
            // Every further attempt leaves out at least one record or source more, so this ends.
            while (settled.isEmpty()) {
                settled = attempt(unit, partitions);
                unit.close();
            }
            return settled.get();
        } catch (KafkaException e) {
            return failed(e, OptionalInt.empty());
        } catch (IllegalStateException e) {
            // So the client answers whoever still uses it once it is closed.
            if (!abandoned) {
                throw e;
            }
            return failed(e, OptionalInt.empty());
        }
    }

    /** Whether this publisher can be used again. */
    boolean usable() {
        return state != State.SPENT && !abandoned;
    }

    /** Makes whatever the publishing thread waits for fail at once, from another thread. */
    void abandon() {
        abandoned = true;
        closeProducer(Duration.ZERO);
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }

    /** Closes the producer, waiting at most so long for what is in flight; of a spent one nothing is worth waiting for. */
    void close(Duration limit) {
        Duration wait = usable() ? limit : Duration.ZERO;
        state = State.SPENT;
        slicer.close();
        closeProducer(wait);
    }

    private void closeProducer(Duration limit) {
        try {
            producer.close(limit);
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One transaction, or one round of sending; empty where it has to be done again without something. */
    private Optional<PublishOutcome> attempt(PublishUnit unit, int partitions) throws IOException {
        begin();
        Acknowledgements answers = new Acknowledgements(partitions);
        boolean whole = send(unit, partitions, answers);
        if (whole) {
            producer.flush();
        }
        if (whole && answers.complete()) {
            commit();
            state = State.READY;
            return Optional.of(new Published(unit.fates(), answers.skew()));
        }
        if (whole && !reject(answers.failures(), unit)) {
            return Optional.of(failed(answers));
        }
        abort();
        return Optional.empty();
    }

    private void begin() {
        if (transactional) {
            producer.beginTransaction();
            open = true;
        }
    }

    private void commit() {
        if (transactional) {
            producer.commitTransaction();
            open = false;
        }
    }

    private void abort() {
        if (transactional) {
            producer.abortTransaction();
            open = false;
        }
    }

    /** Hands over every record that is not rejected, until one fails; false where the transaction holds what it must not. */
    private boolean send(PublishUnit unit, int partitions, Acknowledgements answers) throws IOException {
        Optional<Member> next = unit.member(0);
        while (next.isPresent() && !answers.failed()) {
            Member member = next.get();
            if (member.readable() && !send(unit, member, partitions, answers)) {
                return false;
            }
            next = unit.member(member.index() + 1);
        }
        return true;
    }

    private boolean send(PublishUnit unit, Member member, int partitions, Acknowledgements answers) throws IOException {
        long sentBefore = answers.sent();
        long count = 0;
        try (PreparedRecords records = plan.content().open(member.source(), slicer)) {
            MessageHeaders headers = plan.encoder().headers(member.source().attributes());
            for (PreparedRecord record = records.next(); record != null && !answers.failed(); record = records.next()) {
                count++;
                if (!unit.isRejected(member.index(), record.index())) {
                    send(record, headers, partitions, member.index(), answers, unit);
                }
            }
        } catch (UnreadableContentException e) {
            unit.unreadable(member, e.getMessage());
            return !transactional || answers.sent() == sentBefore;
        }
        unit.read(member, count);
        return true;
    }

    private void send(
            PreparedRecord record,
            MessageHeaders headers,
            int partitions,
            int source,
            Acknowledgements answers,
            PublishUnit unit) {
        Callback answer = answers.expect(source, record.index());
        try {
            ProducerRecord<byte[], byte[]> message = plan.encoder().encode(record, headers, partitions);
            int size = MessageEncoder.size(message, record, headers);
            if (size > plan.maxMessageSize()) {
                answers.forget();
                unit.reject(new RecordPosition(source, record.index()), tooLarge(size));
                return;
            }
            producer.send(message, answer);
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            answers.refuse(source, record.index(), e);
        }
    }

    /**
     * Notes the records that are at fault themselves; false where there are none, so that trying again is no use. A
     * transaction reports the refusal of one record for all that were still to be sent: only the first to be reported is
     * surely the one that was refused.
     */
    private boolean reject(List<Acknowledgements.Failure> failures, PublishUnit unit) {
        List<Acknowledgements.Failure> refused = failures.stream()
                .filter(failure -> failure.rejection().isPresent())
                .limit(transactional ? 1 : Long.MAX_VALUE)
                .toList();
        refused.forEach(
                failure -> unit.reject(failure.position(), failure.rejection().orElseThrow()));
        return !refused.isEmpty();
    }

    private Reason tooLarge(int size) {
        return new Reason(
                "too-large",
                "",
                "The message would take " + size + " bytes, more than the " + plan.maxMessageSize()
                        + " that the producer's max.request.size and buffer.memory allow: make the record smaller, or raise "
                        + "them in the Kafka Cluster Service, and max.message.bytes of the topic",
                "");
    }

    /** That a batch went down with its transaction says nothing; the first failure that says more is the one. */
    private PublishOutcome failed(Acknowledgements answers) {
        List<Acknowledgements.Failure> failures = answers.failures();
        Optional<Acknowledgements.Failure> telling = failures.stream()
                .filter(failure -> !(failure.exception() instanceof TransactionAbortedException))
                .findFirst()
                .or(() -> failures.stream().findFirst());
        return telling.map(failure -> failed(
                        failure.exception(), OptionalInt.of(failure.position().source())))
                .orElseGet(() -> failed(new KafkaException("only " + answers), OptionalInt.empty()));
    }

    private PublishOutcome failed(Exception reported, OptionalInt source) {
        KafkaFault fault = plan.fault(abandoned ? new StoppedException() : reported);
        if (open && fault.abortable()) {
            abort(fault);
        }
        return fault.explained() ? new NotPublished(fault) : new Unexplained(fault, source);
    }

    private void abort(KafkaFault fault) {
        try {
            abort();
            state = State.READY;
        } catch (KafkaException e) {
            fault.cause().addSuppressed(e);
        }
    }
}
