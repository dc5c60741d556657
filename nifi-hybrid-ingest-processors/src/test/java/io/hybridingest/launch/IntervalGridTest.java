package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalGridTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "2026-03-28T12:00:00Z, 2026-03-27T23:00:00Z, 2026-03-28T23:00:00Z",
        "2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z"
    })
    void beginsADayAtLocalMidnightHoweverLongItIs(Instant instant, Instant start, Instant end) {
        IntervalGrid days = new IntervalGrid(DAY, BERLIN);
        assertThat(days.boundary(instant)).isEqualTo(start);
        assertThat(days.next(start)).isEqualTo(end);
        assertThat(days.previous(end)).isEqualTo(start);
    }

    @Test
    void beginsADayWhereMidnightDoesNotExistWhenTheClocksHaveMoved() {
        IntervalGrid days = new IntervalGrid(DAY, ZoneId.of("Asia/Beirut"));
        assertThat(days.boundary(Instant.parse("2026-03-29T10:00:00Z"))).isEqualTo("2026-03-28T22:00:00Z");
    }

    @Test
    void hasTwoHoursOfOneNameWhereTheClocksArePutBack() {
        IntervalGrid hours = new IntervalGrid(Duration.ofHours(1), BERLIN);
        Instant first = Instant.parse("2026-10-25T00:00:00Z");
        assertThat(hours.next(first)).isEqualTo("2026-10-25T01:00:00Z");
        assertThat(hours.next(hours.next(first))).isEqualTo("2026-10-25T02:00:00Z");
    }

    @Test
    void alignsDaysToUtcWhateverTheDaylightSavingTime() {
        assertThat(new IntervalGrid(DAY, ZoneId.of("UTC")).boundary(Instant.parse("2026-03-29T09:00:00Z")))
                .isEqualTo("2026-03-29T00:00:00Z");
    }

    /** Every moment of a year lies in exactly one interval, and the intervals follow each other. */
    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 45m",
        "Europe/Berlin, 90m",
        "Europe/Berlin, 6h",
        "America/New_York, 1h",
        "Australia/Lord_Howe, 1h",
        "Australia/Lord_Howe, 24h",
        "Asia/Beirut, 7h",
        "America/St_Johns, 24h",
        "Asia/Kathmandu, 1h"
    })
    void leavesNoMomentOutAndCountsNoneTwice(String zone, String length) {
        Duration duration = Duration.parse("PT" + length.toUpperCase(java.util.Locale.ROOT));
        IntervalGrid grid = new IntervalGrid(duration, ZoneId.of(zone));
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        Instant end = grid.next(grid.boundary(from));
        for (Instant moment = from;
                moment.isBefore(from.plus(Duration.ofDays(365)));
                moment = moment.plusSeconds(420)) {
            while (!moment.isBefore(end)) {
                Instant start = end;
                end = grid.next(start);
                assertThat(grid.previous(end)).isEqualTo(start);
                assertThat(grid.boundary(start)).isEqualTo(start);
            }
            assertThat(grid.next(grid.boundary(moment))).isEqualTo(end);
        }
    }
}
