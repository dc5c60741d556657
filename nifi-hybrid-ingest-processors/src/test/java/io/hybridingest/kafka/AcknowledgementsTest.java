package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.junit.jupiter.api.Test;

/** Which records are at fault, by what Kafka's client reports of a transaction. */
class AcknowledgementsTest {
    private final Acknowledgements answers = new Acknowledgements(2);

    @Test
    void eachRecordOfABatchThatHasAnAnswerOfItsOwnIsAtFault() {
        fail(0, 0, own());
        fail(0, 1, ofItsBatch());
        fail(0, 2, own());
        fail(0, 3, own());
        fail(0, 4, ofItsBatch());

        assertThat(refused(true)).containsExactly(0L, 2L, 3L);
    }

    @Test
    void whatIsReportedForAllThatWereStillToBeSentSaysNothingOfThem() {
        RuntimeException transactions = new InvalidTimestampException("one or more records");
        fail(0, 0, own());
        fail(0, 1, own());
        fail(0, 2, transactions);
        fail(1, 3, transactions);

        assertThat(refused(true)).containsExactly(0L, 1L);
    }

    @Test
    void theOnlyRecordThatWasStillToBeSentIsNotTakenForOneOfThem() {
        fail(1, 1, own());
        fail(1, 5, own());
        fail(0, 7, new InvalidTimestampException("one or more records"));
        fail(1, 6, own());
        fail(1, 8, ofItsBatch());

        assertThat(refused(true)).containsExactly(1L, 5L, 6L);
    }

    @Test
    void theFirstOneIsAtFaultEvenIfItIsReportedForOthers() {
        RuntimeException tooLarge = new InvalidRecordException("too large");
        fail(0, 4, tooLarge);
        fail(0, 5, tooLarge);

        assertThat(refused(true)).containsExactly(4L);
    }

    @Test
    void withoutTransactionsEachIsAnsweredForItself() {
        RuntimeException refusal = new InvalidRecordException("no key");
        fail(0, 4, refusal);
        fail(0, 5, ofItsBatch());
        fail(0, 6, refusal);

        assertThat(refused(false)).containsExactly(4L, 6L);
    }

    private List<Long> refused(boolean transactional) {
        return answers.refused(transactional).stream()
                .map(failure -> failure.position().index())
                .toList();
    }

    private void fail(int partition, long index, RuntimeException exception) {
        RecordMetadata where = new RecordMetadata(new TopicPartition("payments", partition), -1, -1, -1, -1, -1);
        answers.expect(0, index).onCompletion(where, exception);
    }

    private static RuntimeException own() {
        return new InvalidRecordException("its timestamp is out of range");
    }

    private static RuntimeException ofItsBatch() {
        return new KafkaException("it was part of a batch with invalid records");
    }
}
