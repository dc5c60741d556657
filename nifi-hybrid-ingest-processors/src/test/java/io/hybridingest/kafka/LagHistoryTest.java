package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.kafka.JobLag.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LagHistoryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final LagHistory history = new LagHistory();

    @Test
    void aPartitionWithoutOffsetCountsFromItsFirstRecord() {
        Map<Integer, PartitionPosition> positions = new HashMap<>();
        positions.put(0, new PartitionPosition(10, 100, 40L));
        positions.put(1, new PartitionPosition(5, 25, null));

        JobLag.Known lag = history.add(START, positions);

        assertThat(lag.records()).isEqualTo(60 + 20);
        assertThat(lag.group()).isEqualTo(Group.PUBLISHED);
    }

    @Test
    void whatRetentionTookCanNotBeReadAnyMore() {
        assertThat(at(0, 50, 80, 10L).records()).isEqualTo(30);
    }

    @Test
    void aRecordIsAsOldAsTheTimeSinceTheEndWasNotYetPastIt() {
        at(0, 0, 100, 100L);
        at(2, 0, 100, 100L);
        assertThat(at(4, 0, 150, 100L).age()).isEqualTo(Duration.ofSeconds(2));
        assertThat(at(6, 0, 200, 100L).age()).isEqualTo(Duration.ofSeconds(4));
        assertThat(at(8, 0, 200, 120L).age())
                .as("record 120 came between second 2 and 4")
                .isEqualTo(Duration.ofSeconds(6));
        assertThat(at(10, 0, 200, 150L).age())
                .as("record 150 came between second 4 and 6")
                .isEqualTo(Duration.ofSeconds(6));
        JobLag.Known caughtUp = at(12, 0, 200, 200L);
        assertThat(caughtUp.age()).isZero();
        assertThat(caughtUp.ageIsMinimum()).isFalse();
    }

    @Test
    void theAgeOfWhatWaitedBeforeAnybodyWatchedIsAMinimum() {
        at(0, 0, 100, 30L);
        JobLag.Known later = at(60, 0, 100, 40L);

        assertThat(later.age()).isEqualTo(Duration.ofSeconds(60));
        assertThat(later.ageIsMinimum()).isTrue();

        at(62, 0, 130, 100L);
        JobLag.Known known = at(64, 0, 130, 110L);
        assertThat(known.age()).isEqualTo(Duration.ofSeconds(4));
        assertThat(known.ageIsMinimum()).isFalse();
    }

    @Test
    void theOldestRecordOfAnyPartitionCounts() {
        history.add(START, Map.of(0, new PartitionPosition(0, 10, 10L), 1, new PartitionPosition(0, 10, 10L)));
        history.add(
                START.plusSeconds(2),
                Map.of(0, new PartitionPosition(0, 20, 10L), 1, new PartitionPosition(0, 10, 10L)));
        JobLag.Known lag = history.add(
                START.plusSeconds(4),
                Map.of(0, new PartitionPosition(0, 20, 10L), 1, new PartitionPosition(0, 15, 10L)));

        assertThat(lag.age()).isEqualTo(Duration.ofSeconds(4));
        assertThat(lag.records()).isEqualTo(15);
    }

    @Test
    void aLongOutageOfTheJobIsRememberedWithoutGrowing() {
        at(0, 0, 0, 0L);
        JobLag.Known last = null;
        for (int second = 2; second <= 20_000; second += 2) {
            last = at(second, 0, second, 0L);
        }

        assertThat(last.age()).isEqualTo(Duration.ofSeconds(20_000));
        assertThat(history.remembered()).isLessThanOrEqualTo(1024);
        assertThat(at(20_002, 0, 20_000, 19_000L).age()).isBetween(Duration.ofSeconds(1000), Duration.ofSeconds(1200));
    }

    @Test
    void offsetsThatStandStillWhileRecordsWaitAreNoticed() {
        at(0, 0, 10, 10L);
        assertThat(at(100, 0, 10, 10L).unmoved()).as("nothing waits").isZero();
        assertThat(at(160, 0, 20, 10L).unmoved()).isEqualTo(Duration.ofSeconds(60));
        assertThat(at(170, 0, 30, 15L).unmoved()).as("it moved").isZero();
        assertThat(at(175, 0, 30, 15L).unmoved()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void noGroupYetMeansThatTheWholeTopicWaits() {
        JobLag.Known lag = at(0, 0, 500, null);

        assertThat(lag.records()).isEqualTo(500);
        assertThat(lag.group()).isEqualTo(Group.ABSENT);
    }

    @Test
    void aForgottenGroupLeavesTheLastOffsetsThatWereSeen() {
        at(0, 0, 500, 490L);
        JobLag.Known gone = at(2, 0, 510, null);

        assertThat(gone.group()).isEqualTo(Group.GONE);
        assertThat(gone.records()).isEqualTo(20);
        assertThat(at(4, 0, 510, 505L)).satisfies(back -> {
            assertThat(back.group()).isEqualTo(Group.PUBLISHED);
            assertThat(back.records()).isEqualTo(5);
        });
    }

    @Test
    void anOffsetBeyondTheEndBelongsToATopicThatIsGone() {
        at(0, 0, 1000, 990L);

        assertThat(at(2, 0, 40, 990L).records()).isEqualTo(40);
    }

    @Test
    void aClockThatIsSetBackMakesNoNegativeTimes() {
        at(100, 0, 10, 10L);
        JobLag.Known lag = at(50, 0, 20, 10L);

        assertThat(lag.age()).isZero();
        assertThat(lag.unmoved()).isZero();
    }

    private JobLag.Known at(long second, long first, long end, Long published) {
        return history.add(START.plusSeconds(second), Map.of(0, new PartitionPosition(first, end, published)));
    }
}
