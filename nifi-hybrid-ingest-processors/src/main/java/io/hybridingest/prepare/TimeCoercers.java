package io.hybridingest.prepare;

import io.hybridingest.pipeline.Prepare;
import io.hybridingest.record.InstantReader;
import io.hybridingest.record.LocalDateTimeReader;
import io.hybridingest.record.TimeFault;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;

/** Coercion to dates and times, as a pipeline reads them. Immutable and safe to share between threads. */
final class TimeCoercers {
    private static final long MICROS_PER_MILLI = 1_000L;
    private static final long NANOS_PER_MICRO = 1_000L;
    private static final long NANOS_PER_MILLI = NANOS_PER_MICRO * MICROS_PER_MILLI;
    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final long LAST_EPOCH_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final String REMEDY =
            ": set prepare.normalise.excess-precision to truncate, or take a finer type for the field";

    private final InstantReader instants;
    private final LocalDateTimeReader locals;
    private final ZoneId zone;
    private final boolean truncates;

    TimeCoercers(Prepare.Normalise normalise) {
        instants = new InstantReader(normalise);
        locals = new LocalDateTimeReader(normalise);
        zone = normalise.zone();
        truncates = normalise.excessPrecision() == Prepare.ExcessPrecision.TRUNCATE;
    }

    Object toTimestampMicros(Object raw, Findings findings) {
        long micros = instants.read(raw);
        return TimeFault.isTime(micros) ? (Object) micros : notTimestamp(micros, raw, findings);
    }

    Object toTimestampMillis(Object raw, Findings findings) {
        long micros = instants.read(raw);
        return TimeFault.isTime(micros) ? millis(micros, raw, findings) : notTimestamp(micros, raw, findings);
    }

    Object toLocalMicros(Object raw, Findings findings) {
        long micros = locals.read(raw);
        return TimeFault.isTime(micros) ? (Object) micros : notLocal(micros, raw, findings);
    }

    Object toLocalMillis(Object raw, Findings findings) {
        long micros = locals.read(raw);
        return TimeFault.isTime(micros) ? millis(micros, raw, findings) : notLocal(micros, raw, findings);
    }

    private Object millis(long micros, Object raw, Findings findings) {
        return truncates || Math.floorMod(micros, MICROS_PER_MILLI) == 0
                ? (Object) Math.floorDiv(micros, MICROS_PER_MILLI)
                : tooFine("millisecond", raw, findings);
    }

    private Object notTimestamp(long fault, Object raw, Findings findings) {
        if (fault == TimeFault.TOO_FINE) {
            return tooFine("microsecond", raw, findings);
        } else if (fault == TimeFault.SKIPPED || fault == TimeFault.SKIPPED_IN_ITS_ZONE) {
            String where = fault == TimeFault.SKIPPED ? zone.getId() : "the zone it names";
            return findings.misfit(
                    Code.NOT_ALLOWED,
                    "does not exist in " + where + ", where the clocks were put forward over it",
                    raw);
        }
        return findings.misfit(
                Code.WRONG_TYPE,
                "is neither ISO-8601, such as 2024-01-31T12:00:00Z, nor one of the pipeline's timestamp patterns,"
                        + " nor an epoch number",
                raw);
    }

    private static Object notLocal(long fault, Object raw, Findings findings) {
        return fault == TimeFault.TOO_FINE
                ? tooFine("microsecond", raw, findings)
                : findings.misfit(
                        Code.WRONG_TYPE,
                        "is neither a date-time without zone, such as 2024-01-31T12:00:00, nor one of the pipeline's"
                                + " timestamp patterns without zone",
                        raw);
    }

    private static Object tooFine(String unit, Object raw, Findings findings) {
        return findings.misfit(Code.PRECISION_LOSS, "has a part below the " + unit + REMEDY, raw);
    }

    Object toDate(Object raw, Findings findings) {
        return switch (raw) {
            case Integer day -> ofEpochDay(day, raw, findings);
            case Long day -> ofEpochDay(day, raw, findings);
            default -> ofLocal(locals.read(raw), raw, findings);
        };
    }

    private static Object ofEpochDay(long day, Object raw, Findings findings) {
        return day >= -LAST_EPOCH_DAY && day <= LAST_EPOCH_DAY ? (Object) (int) day : notDate(raw, findings);
    }

    private static Object ofLocal(long micros, Object raw, Findings findings) {
        long day = Math.floorDiv(micros, MICROS_PER_DAY);
        if (micros == TimeFault.TOO_FINE || TimeFault.isTime(micros) && day * MICROS_PER_DAY != micros) {
            return findings.misfit(
                    Code.PRECISION_LOSS,
                    "has a time of day, which a date does not hold: take a timestamp for the field",
                    raw);
        }
        boolean fits = TimeFault.isTime(micros) && day == (int) day;
        return fits ? (Object) (int) day : notDate(raw, findings);
    }

    private static Object notDate(Object raw, Findings findings) {
        return findings.misfit(
                Code.WRONG_TYPE,
                "is neither a date such as 2024-01-31 nor one of the pipeline's timestamp patterns without zone",
                raw);
    }

    Object toTimeMillis(Object raw, Findings findings) {
        long nanos = nanoOfDay(raw, NANOS_PER_MILLI);
        if (nanos < 0) {
            return notTime(raw, findings);
        }
        return truncates || nanos % NANOS_PER_MILLI == 0
                ? (Object) (int) (nanos / NANOS_PER_MILLI)
                : tooFine("millisecond", raw, findings);
    }

    Object toTimeMicros(Object raw, Findings findings) {
        long nanos = nanoOfDay(raw, NANOS_PER_MICRO);
        if (nanos < 0) {
            return notTime(raw, findings);
        }
        return truncates || nanos % NANOS_PER_MICRO == 0
                ? (Object) (nanos / NANOS_PER_MICRO)
                : tooFine("microsecond", raw, findings);
    }

    /** Nanoseconds since midnight; negative where the value is no time of day. */
    private static long nanoOfDay(Object raw, long nanosPerUnit) {
        try {
            return switch (raw) {
                case LocalTime time -> time.toNanoOfDay();
                case java.sql.Time time ->
                    Instant.ofEpochMilli(time.getTime())
                            .atZone(ZoneId.systemDefault())
                            .toLocalTime()
                            .toNanoOfDay();
                case CharSequence text ->
                    LocalTime.parse(text.toString().trim()).toNanoOfDay();
                case Integer units -> nanoOfDay(units.longValue(), nanosPerUnit);
                case Long units -> nanoOfDay(units.longValue(), nanosPerUnit);
                case null, default -> -1;
            };
        } catch (DateTimeException | ArithmeticException e) {
            return -1;
        }
    }

    private static long nanoOfDay(long units, long nanosPerUnit) {
        return LocalTime.ofNanoOfDay(Math.multiplyExact(units, nanosPerUnit)).toNanoOfDay();
    }

    private static Object notTime(Object raw, Findings findings) {
        return findings.misfit(Code.WRONG_TYPE, "is not a time of day such as 13:45:00", raw);
    }
}
