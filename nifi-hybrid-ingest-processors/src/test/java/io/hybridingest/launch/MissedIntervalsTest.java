package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MissedIntervalsTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final IntervalGrid HOURS = new IntervalGrid(HOUR, ZoneOffset.UTC);
    private static final Instant NINE = Instant.parse("2026-03-29T09:00:00Z");

    @ParameterizedTest
    @EnumSource
    void waitsUntilTheIntervalIsComplete(MissedIntervals missed) {
        assertThat(missed.next(NINE, NINE.plus(HOUR).minusMillis(1), HOURS)).isEmpty();
        assertThat(missed.next(NINE, NINE.plus(HOUR), HOURS)).contains(new DataInterval(NINE, NINE.plus(HOUR)));
    }

    @ParameterizedTest
    @EnumSource
    void waitsWhereTheClockJumpedBackBehindTheMark(MissedIntervals missed) {
        assertThat(missed.next(NINE, NINE.minus(Duration.ofDays(2)), HOURS)).isEmpty();
    }

    @Test
    void runsEachMissedIntervalOldestFirst() {
        assertThat(MissedIntervals.EACH.next(NINE, NINE.plusSeconds(3 * 3600 + 5), HOURS))
                .contains(new DataInterval(NINE, NINE.plus(HOUR)));
    }

    @Test
    void mergesMissedIntervalsIntoOne() {
        assertThat(MissedIntervals.MERGED.next(NINE, NINE.plusSeconds(3 * 3600 + 5), HOURS))
                .contains(new DataInterval(NINE, NINE.plus(HOUR.multipliedBy(3))));
    }

    @Test
    void skipsToTheNewestCompleteInterval() {
        assertThat(MissedIntervals.SKIP.next(NINE, NINE.plusSeconds(3 * 3600 + 5), HOURS))
                .contains(new DataInterval(NINE.plus(HOUR.multipliedBy(2)), NINE.plus(HOUR.multipliedBy(3))));
    }

    @Test
    void comesBackToWholeBoundariesAfterTheLengthChanged() {
        Instant mark = NINE.plus(Duration.ofMinutes(20));
        assertThat(MissedIntervals.EACH.next(mark, NINE.plus(HOUR), HOURS))
                .contains(new DataInterval(mark, NINE.plus(HOUR)));
    }
}
