package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.TableLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffsetPublisherTest {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final List<SortedMap<String, SortedMap<Integer, Long>>> published = new CopyOnWriteArrayList<>();

    @Test
    void publishesWhatTheTableHoldsBeforeAnyMicroBatch() {
        try (OffsetPublisher publisher = new OffsetPublisher(() -> ends(12), () -> {}, published::add)) {
            publisher.begin(NEVER);

            await().until(() -> published.equals(List.of(ends(12))));
        }
    }

    @Test
    void publishesNothingWhereNobodyKnowsHowFarTheTableIs() {
        AtomicInteger asked = new AtomicInteger();
        try (OffsetPublisher publisher = new OffsetPublisher(
                () -> {
                    asked.incrementAndGet();
                    return new TreeMap<>();
                },
                () -> {},
                published::add)) {
            publisher.begin(AT_ONCE);

            await().until(() -> asked.get() > 2);
            assertThat(published).isEmpty();
        }
    }

    @Test
    void publishesTheNewestMicroBatchAgainWhileNothingHappens() {
        try (OffsetPublisher publisher = new OffsetPublisher(() -> ends(12), () -> {}, published::add)) {
            publisher.begin(AT_ONCE);
            publisher.advance(ends(20));
            await().until(() -> published.contains(ends(20)));
            int before = published.size();

            await().until(() -> published.size() > before + 2);

            assertThat(published.stream().skip(before)).containsOnly(ends(20));
        }
    }

    @Test
    void afterAFailureTheNextTimeComes() {
        AtomicBoolean unreachable = new AtomicBoolean(true);
        AtomicInteger attempts = new AtomicInteger();
        try (OffsetPublisher publisher = new OffsetPublisher(() -> ends(12), () -> {}, ends -> {
            attempts.incrementAndGet();
            if (unreachable.get()) {
                throw new IllegalStateException("unreachable");
            }
            published.add(ends);
        })) {
            publisher.begin(AT_ONCE);
            await().until(() -> attempts.get() > 2);
            assertThat(published).isEmpty();

            unreachable.set(false);

            await().until(() -> published.contains(ends(12)));
        }
    }

    @Test
    void aTableThatCannotBeReadIsAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        try (OffsetPublisher publisher = new OffsetPublisher(
                () -> {
                    if (asked.incrementAndGet() < 3) {
                        throw new UncheckedIOException(new IOException("no answer"));
                    }
                    return ends(12);
                },
                () -> {},
                published::add)) {
            publisher.begin(AT_ONCE);

            await().until(() -> published.contains(ends(12)));
        }
    }

    @Test
    void aRunThatANewerOneHasReplacedSetsNothingBack(@TempDir Path table) throws IOException {
        TableLedger ledger = TableLedger.open(table.toString(), "orders", Lane.STREAM, new Configuration());
        try (OffsetPublisher publisher =
                new OffsetPublisher(() -> ends(12), () -> ledger.requireNewest(3), published::add)) {
            publisher.begin(NEVER);
            await().until(() -> published.equals(List.of(ends(12))));

            commit(table, 4, ends(50));
            publisher.advance(ends(20));
            publisher.close();

            assertThat(published).containsExactly(ends(12));
        }
    }

    @Test
    void slowBrokersHoldNobodyUpAndGetOnlyTheNewest() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        OffsetPublisher publisher = new OffsetPublisher(() -> ends(12), () -> {}, ends -> {
            busy.countDown();
            answer.await();
            published.add(ends);
        });
        publisher.begin(NEVER);
        busy.await();
        for (long end = 20; end < 30; end++) {
            publisher.advance(ends(end));
        }
        answer.countDown();

        publisher.close();

        assertThat(published).as("the last is published before the end").containsExactly(ends(12), ends(29));
    }

    @Test
    void whatSparkTellsAfterTheEndIsIgnored() {
        OffsetPublisher publisher = new OffsetPublisher(() -> ends(12), () -> {}, published::add);
        publisher.close();

        publisher.advance(ends(20));

        assertThat(published).isEmpty();
    }

    private static void commit(Path table, long epoch, SortedMap<String, SortedMap<Integer, Long>> ends)
            throws IOException {
        CommitMetadata metadata = new CommitMetadata(
                "orders",
                Lane.STREAM,
                epoch,
                0,
                0,
                ends,
                null,
                new CommitMetadata.RowCounts(1, 0, 0),
                null,
                new TreeMap<>(),
                null);
        String info = "{\"commitInfo\":{\"userMetadata\":\"%s\"}}"
                .formatted(metadata.toJson().replace("\"", "\\\""));
        Files.createDirectories(table.resolve("_delta_log"));
        Files.writeString(table.resolve("_delta_log/00000000000000000000.json"), info);
    }

    private static SortedMap<String, SortedMap<Integer, Long>> ends(long end) {
        return new TreeMap<>(Map.of("orders", new TreeMap<>(Map.of(0, end))));
    }
}
