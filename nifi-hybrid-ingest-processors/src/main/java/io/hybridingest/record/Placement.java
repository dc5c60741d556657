package io.hybridingest.record;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * Puts what a date-time says into microseconds: on the time line of all zones, or on a clock without zone. Answers are microseconds
 * since 1970-01-01T00:00 or a {@link TimeFault}; what does not fit 64 bits is an {@link ArithmeticException}. Immutable and safe to share
 * between threads.
 */
sealed interface Placement {
    long MICROS_PER_SECOND = 1_000_000L;
    long MICROS_PER_DAY = 86_400L * MICROS_PER_SECOND;

    /** A date and time of day that carries no zone. */
    long local(long localMicros);

    /** A date alone. */
    long day(long epochDay);

    /** A date and time of day with its offset from UTC. */
    long offset(long localMicros, int offsetSeconds);

    /** A date and time of day with a zone of its own. */
    long zoned(long localMicros, ZoneId own);

    /** Whether a part below the microsecond is cut off; else it is a fault. */
    boolean cutsOff();

    /** An answer for a time that has a part below the microsecond. */
    default long finer(long micros) {
        return cutsOff() || !TimeFault.isTime(micros) ? micros : TimeFault.TOO_FINE;
    }

    /**
     * Instants. A date-time without zone is one of the given zone; of the two that an overlap has, it is the earlier. A date is its
     * first moment.
     */
    record InZone(ZoneRules rules, boolean cutsOff) implements Placement {
        static InZone of(ZoneId zone, boolean cutsOff) {
            return new InZone(zone.getRules(), cutsOff);
        }

        @Override
        public long local(long localMicros) {
            if (rules.isFixedOffset()) {
                return offset(localMicros, rules.getOffset(Instant.EPOCH).getTotalSeconds());
            }
            LocalDateTime local =
                    LocalDateTime.ofEpochSecond(Math.floorDiv(localMicros, MICROS_PER_SECOND), 0, ZoneOffset.UTC);
            ZoneOffsetTransition transition = rules.getTransition(local);
            if (transition == null) {
                return offset(localMicros, rules.getOffset(local).getTotalSeconds());
            }
            return transition.isGap()
                    ? TimeFault.SKIPPED
                    : offset(localMicros, transition.getOffsetBefore().getTotalSeconds());
        }

        @Override
        public long day(long epochDay) {
            long midnight = local(Math.multiplyExact(epochDay, MICROS_PER_DAY));
            if (midnight != TimeFault.SKIPPED) {
                return midnight;
            }
            LocalDate day = LocalDate.ofEpochDay(epochDay);
            ZoneOffsetTransition transition = rules.getTransition(day.atStartOfDay());
            // A zone that changes sides of the date line skips the day whole.
            return transition.getDateTimeAfter().toLocalDate().equals(day)
                    ? transition.toEpochSecond() * MICROS_PER_SECOND
                    : TimeFault.SKIPPED;
        }

        @Override
        public long offset(long localMicros, int offsetSeconds) {
            return Math.subtractExact(localMicros, offsetSeconds * MICROS_PER_SECOND);
        }

        @Override
        public long zoned(long localMicros, ZoneId own) {
            long micros = InZone.of(own, cutsOff).local(localMicros);
            return micros == TimeFault.SKIPPED ? TimeFault.SKIPPED_IN_ITS_ZONE : micros;
        }
    }

    /** Times of a clock that belongs to no zone. What carries a zone is none. */
    record WithoutZone(boolean cutsOff) implements Placement {
        @Override
        public long local(long localMicros) {
            return localMicros;
        }

        @Override
        public long day(long epochDay) {
            return Math.multiplyExact(epochDay, MICROS_PER_DAY);
        }

        @Override
        public long offset(long localMicros, int offsetSeconds) {
            return TimeFault.NOT_A_TIME;
        }

        @Override
        public long zoned(long localMicros, ZoneId own) {
            return TimeFault.NOT_A_TIME;
        }
    }
}
