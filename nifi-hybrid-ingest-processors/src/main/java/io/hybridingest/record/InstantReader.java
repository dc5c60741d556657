package io.hybridingest.record;

import io.hybridingest.pipeline.Prepare;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Reads what people call a timestamp: date-time text in the pipeline's patterns or ISO-8601, with or without zone, epoch
 * numbers, and the date-time objects that record readers produce.
 *
 * <p>The unit of an epoch number follows from its magnitude: below 10¹¹ seconds, below 10¹⁴ milliseconds, below 10¹⁷
 * microseconds, else nanoseconds; each of them reaches from 1973 to the year 5138. Text of exactly eight digits is refused,
 * because it may be a date as well as a number. Anything finer than a microsecond is cut off.
 *
 * <p>Immutable and safe to share between threads.
 */
public final class InstantReader {
    private static final long MICROS_PER_SECOND = 1_000_000L;
    private static final BigDecimal SECONDS_BELOW = BigDecimal.valueOf(100_000_000_000L);
    private static final BigDecimal MILLIS_BELOW = SECONDS_BELOW.movePointRight(3);
    private static final BigDecimal MICROS_BELOW = SECONDS_BELOW.movePointRight(6);
    private static final int DATE_LENGTH = 10;
    private static final int LONGEST_TEXT = 80;
    private static final int EIGHT_DIGITS = 8;

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[XXX][XX][X]")
            .optionalStart()
            .appendLiteral('[')
            .parseCaseSensitive()
            .appendZoneRegionId()
            .appendLiteral(']')
            .toFormatter(Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT)
            .withChronology(IsoChronology.INSTANCE);

    private final ZoneId zone;
    private final List<DateTimeFormatter> patterns;

    /** @param normalise zone of text that carries none, and the patterns to try before ISO-8601 */
    public InstantReader(Prepare.Normalise normalise) {
        zone = normalise.zone();
        patterns = normalise.timestampPatterns().stream()
                .map(InstantReader::strict)
                .toList();
    }

    /**
     * Reads a value.
     *
     * @param raw text, number or date-time object; null reads as nothing
     * @return microseconds since 1970-01-01T00:00Z, empty where the value is no timestamp
     */
    public OptionalLong epochMicros(Object raw) {
        try {
            return switch (raw) {
                case CharSequence text -> ofText(text.toString().trim());
                case Long number -> ofNumber(BigDecimal.valueOf(number));
                case Integer number -> ofNumber(BigDecimal.valueOf(number));
                case Number number -> ofNumber(new BigDecimal(number.toString()));
                case java.sql.Date date ->
                    of(date.toLocalDate().atStartOfDay(zone).toInstant());
                case java.sql.Time ignored -> OptionalLong.empty();
                case java.util.Date date -> of(date.toInstant());
                case Instant instant -> of(instant);
                case ZonedDateTime dateTime -> of(dateTime.toInstant());
                case OffsetDateTime dateTime -> of(dateTime.toInstant());
                case LocalDateTime dateTime -> of(dateTime.atZone(zone).toInstant());
                case LocalDate date -> of(date.atStartOfDay(zone).toInstant());
                case null, default -> OptionalLong.empty();
            };
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private OptionalLong ofText(String text) {
        if (text.isEmpty() || text.length() > LONGEST_TEXT) {
            return OptionalLong.empty();
        }
        for (DateTimeFormatter pattern : patterns) {
            OptionalLong micros = parse(pattern, text);
            if (micros.isPresent()) {
                return micros;
            }
        }
        if (looksLikeNumber(text)) {
            return text.length() == EIGHT_DIGITS ? OptionalLong.empty() : ofNumber(new BigDecimal(text));
        }
        boolean blankBetween = text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' ';
        String iso = blankBetween ? text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1) : text;
        return parse(ISO, iso);
    }

    private OptionalLong parse(DateTimeFormatter formatter, String text) {
        TemporalAccessor parsed;
        try {
            parsed = formatter.parse(text);
        } catch (DateTimeException e) {
            return OptionalLong.empty();
        }
        LocalDate date = parsed.query(TemporalQueries.localDate());
        if (date == null) {
            return OptionalLong.empty();
        }
        LocalTime time = parsed.query(TemporalQueries.localTime());
        ZoneId own = parsed.query(TemporalQueries.zone());
        return of(date.atTime(time == null ? LocalTime.MIDNIGHT : time)
                .atZone(own == null ? zone : own)
                .toInstant());
    }

    /**
     * A lenient formatter makes the 31st of February the 29th. A strict one wants an era beside the year of the era, {@code y},
     * which nobody writes: the proleptic year, {@code u}, is what they mean.
     */
    private static DateTimeFormatter strict(String pattern) {
        StringBuilder proleptic = new StringBuilder(pattern);
        boolean quoted = false;
        for (int i = 0; i < pattern.length(); i++) {
            quoted ^= pattern.charAt(i) == '\'';
            if (!quoted && pattern.charAt(i) == 'y' && pattern.indexOf('G') < 0) {
                proleptic.setCharAt(i, 'u');
            }
        }
        return DateTimeFormatter.ofPattern(proleptic.toString(), Locale.ENGLISH)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    private static boolean looksLikeNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean sign = i == 0 && c == '-' && text.length() > 1;
            if (!sign && c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    private static OptionalLong ofNumber(BigDecimal number) {
        BigDecimal magnitude = number.abs();
        BigDecimal micros;
        if (magnitude.compareTo(SECONDS_BELOW) < 0) {
            micros = number.movePointRight(6);
        } else if (magnitude.compareTo(MILLIS_BELOW) < 0) {
            micros = number.movePointRight(3);
        } else if (magnitude.compareTo(MICROS_BELOW) < 0) {
            micros = number;
        } else {
            micros = number.movePointLeft(3);
        }
        return micros.precision() - micros.scale() > 19
                ? OptionalLong.empty()
                : OptionalLong.of(micros.setScale(0, RoundingMode.FLOOR).longValueExact());
    }

    private static OptionalLong of(Instant instant) {
        long seconds = Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND);
        return OptionalLong.of(Math.addExact(seconds, instant.getNano() / 1_000L));
    }
}
