package io.hybridingest.pipeline;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as people write them: {@code 15 minutes}, {@code 500 ms}, {@code PT15M}. */
final class Durations {
    /** What to write, for error messages. */
    static final String ACCEPTED =
            "Write a number and a unit (ms, seconds, minutes, hours or days), such as '15 minutes', or ISO-8601, such as"
                    + " 'PT15M'";

    private static final Pattern AMOUNT_AND_UNIT = Pattern.compile("([+-]?\\d+)\\s*([A-Za-z]+)");

    private static final Map<String, Duration> UNITS = Map.ofEntries(
            Map.entry("ms", Duration.ofMillis(1)),
            Map.entry("millis", Duration.ofMillis(1)),
            Map.entry("millisecond", Duration.ofMillis(1)),
            Map.entry("milliseconds", Duration.ofMillis(1)),
            Map.entry("s", Duration.ofSeconds(1)),
            Map.entry("sec", Duration.ofSeconds(1)),
            Map.entry("secs", Duration.ofSeconds(1)),
            Map.entry("second", Duration.ofSeconds(1)),
            Map.entry("seconds", Duration.ofSeconds(1)),
            Map.entry("m", Duration.ofMinutes(1)),
            Map.entry("min", Duration.ofMinutes(1)),
            Map.entry("mins", Duration.ofMinutes(1)),
            Map.entry("minute", Duration.ofMinutes(1)),
            Map.entry("minutes", Duration.ofMinutes(1)),
            Map.entry("h", Duration.ofHours(1)),
            Map.entry("hr", Duration.ofHours(1)),
            Map.entry("hrs", Duration.ofHours(1)),
            Map.entry("hour", Duration.ofHours(1)),
            Map.entry("hours", Duration.ofHours(1)),
            Map.entry("d", Duration.ofDays(1)),
            Map.entry("day", Duration.ofDays(1)),
            Map.entry("days", Duration.ofDays(1)));

    private Durations() {}

    /** The units, in lower case; they may be written in any. */
    static Set<String> units() {
        return UNITS.keySet();
    }

    /** The duration, negative ones included; empty where the text is none or is longer than a thousand years. */
    static Optional<Duration> parse(String text) {
        String trimmed = text.strip();
        Matcher matcher = AMOUNT_AND_UNIT.matcher(trimmed);
        try {
            Duration duration = matcher.matches()
                    ? amount(matcher.group(1), matcher.group(2).toLowerCase(Locale.ROOT))
                    : Duration.parse(trimmed);
            return Optional.ofNullable(duration).filter(Durations::isSane);
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Duration amount(String amount, String unit) {
        Duration one = UNITS.get(unit);
        return one == null ? null : one.multipliedBy(Long.parseLong(amount));
    }

    /** Whoever writes more has slipped; and it still fits milliseconds and microseconds in 64 bits. */
    private static boolean isSane(Duration duration) {
        return Math.abs(duration.toDays()) <= 366_000;
    }
}
