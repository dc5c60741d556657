package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class IntervalScheduleTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final IntervalGrid HOURS = new IntervalGrid(HOUR, ZoneOffset.UTC);
    private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");
    private static final Instant PAST_TWO = NINE.plus(HOUR.multipliedBy(5)).plusSeconds(1);

    @Test
    void beginsWithTheNewestCompleteIntervalOrWhereItIsTold() {
        assertThat(schedule(MissedIntervals.EACH, null, null).begin(PAST_TWO))
                .isEqualTo(NINE.plus(HOUR.multipliedBy(4)));
        assertThat(schedule(MissedIntervals.EACH, null, NINE).begin(PAST_TWO)).isEqualTo(NINE);
    }

    @Test
    void makesUpForTheNewestMissedIntervalsOnly() {
        assertThat(schedule(MissedIntervals.EACH, 2, null).next(NINE, null, PAST_TWO))
                .contains(new DataInterval(NINE.plus(HOUR.multipliedBy(3)), NINE.plus(HOUR.multipliedBy(4))));
        assertThat(schedule(MissedIntervals.MERGED, 2, null).next(NINE, null, PAST_TWO))
                .contains(new DataInterval(NINE.plus(HOUR.multipliedBy(3)), NINE.plus(HOUR.multipliedBy(5))));
        assertThat(schedule(MissedIntervals.MERGED, 100, null).next(NINE, null, PAST_TWO))
                .contains(new DataInterval(NINE, NINE.plus(HOUR.multipliedBy(5))));
    }

    @Test
    void givesEachQueuedIntervalARunOfItsOwnWhateverBecomesOfMissedOnes() {
        IntervalSchedule schedule = schedule(MissedIntervals.SKIP, null, null);
        Instant queuedUntil = NINE.plus(HOUR.multipliedBy(2));
        assertThat(schedule.next(NINE, queuedUntil, PAST_TWO)).contains(new DataInterval(NINE, NINE.plus(HOUR)));
        assertThat(schedule.next(queuedUntil, queuedUntil, PAST_TWO))
                .contains(new DataInterval(NINE.plus(HOUR.multipliedBy(4)), NINE.plus(HOUR.multipliedBy(5))));
    }

    private static IntervalSchedule schedule(MissedIntervals missed, Integer limit, Instant first) {
        return new IntervalSchedule(HOURS, missed, limit, first, Overlap.FORBID);
    }
}
