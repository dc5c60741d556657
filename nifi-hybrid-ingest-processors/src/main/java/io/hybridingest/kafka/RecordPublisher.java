package io.hybridingest.kafka;

import io.hybridingest.kafka.PublishOutcome.NotPublished;
import io.hybridingest.kafka.PublishOutcome.Published;
import io.hybridingest.kafka.PublishOutcome.Unexplained;
import io.hybridingest.kafka.ReadAhead.LostContentException;
import io.hybridingest.kafka.ReadAhead.Sendable;
import io.hybridingest.kafka.ReadAhead.Step;
import io.hybridingest.kafka.ReadAhead.Unreadable;
import io.hybridingest.kafka.ReadAhead.Unserialisable;
import io.hybridingest.pipeline.Reason;
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
    private long begunNanos;
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

    /** Sends all records of all sources. */
    public PublishOutcome publish(RecordSources sources) {
        if (state == State.SPENT) {
            throw new IllegalStateException("This publisher is spent");
        }
        State before = state;
        state = State.SPENT;
        boolean sending = false;
        try {
            if (before == State.NEW && transactional) {
                producer.initTransactions();
            }
            int partitions = producer.partitionsFor(plan.topic()).size();
            sending = true;
            return publish(new PublishUnit(sources), partitions);
        } catch (KafkaException e) {
            // Before anything was sent no source can be to blame, and no transaction is open.
            return sending ? failed(e, OptionalInt.empty()) : new NotPublished(fault(e));
        } catch (LostContentException e) {
            return abandoned
                    ? new NotPublished(fault(e))
                    : new Unexplained(KafkaFault.ofContent(e.getCause()), OptionalInt.of(e.source()));
        } catch (IllegalStateException e) {
            // So the client answers whoever still uses it once it is closed.
            if (!abandoned) {
                throw e;
            }
            return new NotPublished(fault(e));
        }
    }

    private PublishOutcome publish(PublishUnit unit, int partitions) {
        Optional<PublishOutcome> settled = Optional.empty();
        // Every further attempt leaves out at least one record or source more, so this ends.
        while (settled.isEmpty()) {
            settled = attempt(unit, partitions);
            unit.close();
        }
        return settled.get();
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
    private Optional<PublishOutcome> attempt(PublishUnit unit, int partitions) {
        begunNanos = System.nanoTime();
        if (transactional) {
            producer.beginTransaction();
        }
        Acknowledgements answers = new Acknowledgements(partitions);
        boolean whole = send(unit, partitions, answers);
        if (whole) {
            producer.flush();
        }
        if (whole && answers.complete()) {
            if (transactional) {
                producer.commitTransaction();
            }
            state = State.READY;
            return Optional.of(new Published(unit.fates(), answers.skew(), answers.oldest()));
        }
        if (whole && !reject(answers, unit)) {
            return Optional.of(failed(answers));
        }
        if (transactional) {
            producer.abortTransaction();
        }
        return Optional.empty();
    }

    /** Hands over every record that is not rejected, until one fails; false where the transaction holds what it must not. */
    private boolean send(PublishUnit unit, int partitions, Acknowledgements answers) {
        try (ReadAhead ahead = new ReadAhead(unit, plan, slicer)) {
            for (Step step = ahead.next(); step != null && !answers.failed(); step = ahead.next()) {
                switch (step) {
                    case Sendable record -> send(record, partitions, answers, unit);
                    case Unserialisable record -> rejectUnserialisable(record, unit);
                    case Unreadable unreadable -> {
                        if (unreadable.spoils()) {
                            return false;
                        }
                    }
                }
            }
        }
        return true;
    }

    private void send(Sendable sendable, int partitions, Acknowledgements answers, PublishUnit unit) {
        EncodedRecord record = sendable.record();
        int source = sendable.source();
        if (unit.isRejected(source, record.index())) {
            return;
        }
        ProducerRecord<byte[], byte[]> message = plan.encoder().message(record, sendable.headers(), partitions);
        int size = MessageEncoder.size(message, record, sendable.headers());
        if (size > plan.maxMessageSize()) {
            unit.reject(new RecordPosition(source, record.index()), tooLarge(size));
            return;
        }
        Callback answer = answers.expect(source, record.index());
        answers.stamped(message.timestamp());
        try {
            producer.send(message, answer);
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            answers.refuse(source, record.index(), e);
        }
    }

    private static void rejectUnserialisable(Unserialisable record, PublishUnit unit) {
        if (!unit.isRejected(record.source(), record.index())) {
            unit.reject(new RecordPosition(record.source(), record.index()), unserialisable(record.failure()));
        }
    }

    /** Notes the records that are at fault themselves; false where there are none, so that trying again is no use. */
    private boolean reject(Acknowledgements answers, PublishUnit unit) {
        List<Acknowledgements.Failure> refused = answers.refused(transactional);
        refused.forEach(
                failure -> unit.reject(failure.position(), failure.rejection().orElseThrow()));
        return !refused.isEmpty();
    }

    private static Reason unserialisable(RuntimeException failure) {
        return new Reason(
                "unserialisable",
                "",
                "The record cannot be written as a message of the pipeline's encoding ("
                        + failure.getClass().getSimpleName()
                        + "): send the original record through PreprocessRecord again",
                "");
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
        KafkaFault fault = fault(reported);
        if (transactional) {
            fault = fault.after(Duration.ofNanos(System.nanoTime() - begunNanos), plan.settings());
        }
        if (transactional && fault.abortable()) {
            abort(fault);
        }
        return fault.explained() ? new NotPublished(fault) : new Unexplained(fault, source);
    }

    private KafkaFault fault(Exception reported) {
        return plan.fault(abandoned ? new StoppedException() : reported);
    }

    private void abort(KafkaFault fault) {
        try {
            producer.abortTransaction();
            state = State.READY;
        } catch (KafkaException e) {
            fault.cause().addSuppressed(e);
        }
    }
}
