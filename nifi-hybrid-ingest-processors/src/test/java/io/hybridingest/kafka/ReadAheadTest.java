package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hybridingest.kafka.ReadAhead.LostContentException;
import io.hybridingest.kafka.ReadAhead.Sendable;
import io.hybridingest.kafka.ReadAhead.Step;
import io.hybridingest.kafka.ReadAhead.Unreadable;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadAheadTest {
    private static final String THREAD = "publishing";

    private final PublishPlan plan = PublishFixture.plan(Delivery.TRANSACTIONAL);
    private final Slicer slicer = plan.content().slicer();
    private final String threadBefore = Thread.currentThread().getName();

    @BeforeEach
    void nameTheThread() {
        Thread.currentThread().setName(THREAD);
    }

    @AfterEach
    void close() {
        Thread.currentThread().setName(threadBefore);
        slicer.close();
    }

    @Test
    void manySmallSourcesComeInTheirOrderAndWithTheirIndex() {
        List<RecordSource> sources = IntStream.range(0, 3000)
                .mapToObj(number -> PublishFixture.source(number, number % 2))
                .toList();

        List<Step> steps = stepsOf(RecordSources.of(sources));

        List<Integer> filled = IntStream.range(0, 3000)
                .filter(number -> number % 2 == 1)
                .boxed()
                .toList();
        assertThat(steps).extracting(Step::source).isEqualTo(filled);
        assertThat(steps)
                .extracting(ReadAheadTest::id)
                .isEqualTo(filled.stream().map(Payments::id).toList());
    }

    @Test
    void aFurtherSourceIsAskedForWithTheNumberOfRecordsReadBefore() {
        List<Long> asked = new ArrayList<>();
        RecordSources sources = records -> {
            asked.add(records);
            return asked.size() > 3 ? Optional.empty() : Optional.of(PublishFixture.source(0, asked.size() * 400));
        };

        assertThat(stepsOf(sources)).hasSize(400 + 800 + 1200);
        assertThat(asked).containsExactly(0L, 400L, 1200L, 2400L);
    }

    @Test
    void aSourceThatIsUnreadableFromItsBeginningIsFollowedByTheNext() {
        RecordSource text = PublishFixture.source("no container".getBytes(StandardCharsets.UTF_8));

        List<Step> steps = stepsOf(PublishFixture.sources(text, PublishFixture.source(20, 2)));

        assertThat(steps.getFirst()).isEqualTo(new Unreadable(0, false));
        assertThat(steps.subList(1, steps.size()))
                .extracting(ReadAheadTest::id)
                .containsExactly(Payments.id(20), Payments.id(21));
    }

    @Test
    void nothingIsReadBehindASourceThatSpoilsTheTransaction() {
        byte[] torn = Payments.container(0, 20);
        torn[torn.length - 1]++;
        AtomicInteger asked = new AtomicInteger();
        RecordSources sources = records -> {
            asked.incrementAndGet();
            return Optional.of(PublishFixture.source(torn));
        };

        List<Step> steps = stepsOf(sources);

        assertThat(steps.getLast()).isEqualTo(new Unreadable(0, true));
        assertThat(steps).hasSizeGreaterThan(1);
        assertThat(asked).hasValue(1);
    }

    @Test
    void aSourceThatCannotBeReadIsNamedBehindTheRecordsBeforeIt() {
        RecordSource lost = new RecordSource(
                () -> {
                    throw new NoSuchFileException("content");
                },
                Map.of(),
                100);
        List<Step> steps = new ArrayList<>();

        try (ReadAhead ahead = ahead(new PublishUnit(
                PublishFixture.sources(PublishFixture.source(0, 700), lost, PublishFixture.source(700, 1))))) {
            assertThatThrownBy(() -> addAll(ahead, steps))
                    .isInstanceOfSatisfying(LostContentException.class, failure -> assertThat(failure.source())
                            .isEqualTo(1))
                    .hasCauseInstanceOf(NoSuchFileException.class);
        }

        assertThat(steps).extracting(ReadAheadTest::id).isEqualTo(PublishFixture.ids(0, 700));
    }

    @Test
    void aFailureToGiveOutASourceIsReportedAsItIs() {
        IllegalStateException failure = new IllegalStateException("the session is over");
        RecordSources sources = records -> {
            throw failure;
        };

        assertThatThrownBy(() -> stepsOf(sources)).isSameAs(failure);
    }

    @Test
    void closingEndsTheReadingThread() {
        try (ReadAhead ahead = ahead(new PublishUnit(endless(new AtomicInteger(), "")))) {
            assertThat(id(ahead.next())).isEqualTo(Payments.id(0));
            assertThat(readingThreads()).hasSize(1);
        }
        assertThat(readingThreads()).isEmpty();
    }

    @Test
    void ofLargeRecordsFewAreReadAhead() {
        AtomicInteger asked = new AtomicInteger();
        try (ReadAhead ahead = ahead(new PublishUnit(endless(asked, "x".repeat(300_000))))) {
            ahead.next();
            await("the reading thread waits").until(() -> readingThreads().stream()
                    .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));

            assertThat(asked).hasValueBetween(2, 20);
        }
    }

    @Test
    void aReadingThreadThatIsInterruptedIsNoEndAndNoStandstill() {
        try (ReadAhead ahead = ahead(new PublishUnit(endless(new AtomicInteger(), "")))) {
            ahead.next();
            // What a virtual machine without memory does to it as well.
            readingThreads().forEach(Thread::interrupt);

            assertThatThrownBy(() -> addAll(ahead, new ArrayList<>()))
                    .isInstanceOf(LostContentException.class)
                    .hasMessageContaining("interrupted");
        }
    }

    /** The same record over and over, each in a source of its own. */
    private static RecordSources endless(AtomicInteger asked, String note) {
        byte[] container = Payments.container(List.of(Payments.record(0, note)));
        return records -> {
            asked.incrementAndGet();
            return Optional.of(PublishFixture.source(container));
        };
    }

    private List<Step> stepsOf(RecordSources sources) {
        List<Step> steps = new ArrayList<>();
        try (ReadAhead ahead = ahead(new PublishUnit(sources))) {
            addAll(ahead, steps);
        }
        return steps;
    }

    private ReadAhead ahead(PublishUnit unit) {
        return new ReadAhead(unit, plan, slicer);
    }

    private static void addAll(ReadAhead ahead, List<Step> steps) {
        for (Step step = ahead.next(); step != null; step = ahead.next()) {
            steps.add(step);
        }
    }

    private static String id(Step step) {
        return new String(((Sendable) step).record().ingestId(), StandardCharsets.UTF_8);
    }

    private static List<Thread> readingThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(THREAD + " reading ahead"))
                .toList();
    }
}
