package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.Prepare;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstantReaderTest {
    private static final ZoneId MADRID = ZoneId.of("Europe/Madrid");
    private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");

    private final InstantReader madrid = reader(MADRID, Prepare.ExcessPrecision.REJECT);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-03-31T02:00",
                "2024-03-31T02:30:00",
                "2024-03-31 02:59:59.999999",
                "31/03/2024 02:30",
                "31/03/2024 02:30:15.250",
                "31 Mar 2024 02:30"
            })
    void refusesATimeOverWhichTheClocksWerePutForward(String text) {
        assertThat(madrid.read(text)).isEqualTo(TimeFault.SKIPPED);
        assertThat(madrid.epochMicros(text)).isEmpty();
    }

    @Test
    void refusesASkippedTimeThatIsAnObjectOrNamesItsOwnZone() {
        assertThat(madrid.read(LocalDateTime.parse("2024-03-31T02:30"))).isEqualTo(TimeFault.SKIPPED);
        assertThat(reader(ZoneId.of("UTC"), Prepare.ExcessPrecision.REJECT).read("2024-03-31T02:30[Europe/Madrid]"))
                .isEqualTo(TimeFault.SKIPPED_IN_ITS_ZONE);
    }

    @ParameterizedTest
    @CsvSource({
        "2024-03-31T01:59:59.999999, 2024-03-31T00:59:59.999999Z",
        "2024-03-31T03:00, 2024-03-31T01:00:00Z",
        "2024-10-27T01:59, 2024-10-26T23:59:00Z",
        "2024-10-27T02:00, 2024-10-27T00:00:00Z",
        "2024-10-27T02:59:59, 2024-10-27T00:59:59Z",
        "27/10/2024 02:30, 2024-10-27T00:30:00Z",
        "2024-10-27T03:00, 2024-10-27T02:00:00Z",
        "2024-10-27T02:30+02:00, 2024-10-27T00:30:00Z",
        "2024-10-27T02:30+01:00, 2024-10-27T01:30:00Z",
        "2024-10-27T02:30+01:00[Europe/Madrid], 2024-10-27T01:30:00Z",
        "2024-03-31T02:30+01:00, 2024-03-31T01:30:00Z"
    })
    void takesTheEarlierOfTheTwoTimesWhereTheClocksWerePutBack(String text, Instant expected) {
        assertThat(madrid.read(text)).isEqualTo(micros(expected));
    }

    @Test
    void takesADateForItsFirstMoment() {
        InstantReader saoPaulo = reader(SAO_PAULO, Prepare.ExcessPrecision.REJECT);
        long firstMoment = micros(Instant.parse("2018-11-04T03:00:00Z"));

        assertThat(saoPaulo.read("2018-11-04")).isEqualTo(firstMoment);
        assertThat(saoPaulo.read("04/11/2018")).isEqualTo(firstMoment);
        assertThat(saoPaulo.read(LocalDate.parse("2018-11-04"))).isEqualTo(firstMoment);
        assertThat(saoPaulo.read(java.sql.Date.valueOf("2018-11-04"))).isEqualTo(firstMoment);
        assertThat(saoPaulo.read("2018-11-04T00:00")).isEqualTo(TimeFault.SKIPPED);
        assertThat(madrid.read("2024-03-31")).isEqualTo(micros(Instant.parse("2024-03-30T23:00:00Z")));
    }

    @Test
    void refusesADayThatAZoneSkippedWhole() {
        assertThat(reader(ZoneId.of("Pacific/Apia"), Prepare.ExcessPrecision.REJECT)
                        .read("2011-12-30"))
                .isEqualTo(TimeFault.SKIPPED);
    }

    @Test
    void leavesInstantsAlone() {
        Instant within = Instant.parse("2024-03-31T01:30:00.000001Z");

        assertThat(List.of(
                        within,
                        Timestamp.from(within),
                        ZonedDateTime.ofInstant(within, MADRID),
                        OffsetDateTime.ofInstant(within, MADRID),
                        "2024-03-31T01:30:00.000001Z"))
                .allSatisfy(raw -> assertThat(madrid.read(raw)).isEqualTo(micros(within)));
        assertThat(madrid.read(new java.util.Date(-1L))).isEqualTo(-1_000L);
        assertThat(madrid.read(new Timestamp(-1L))).isEqualTo(-1_000L);
    }

    @Test
    void answersForPartsBelowTheMicrosecondAsThePipelineSays() {
        InstantReader truncating = reader(MADRID, Prepare.ExcessPrecision.TRUNCATE);
        List<Object> tooFine = List.of(
                "1969-12-31T23:59:59.9999999Z",
                "1970-01-01T00:59:59.9999999",
                "1970-01-01T00:59:59.999999900+01:00",
                "1970-01-01T00:59:59.9999999+01:00[Europe/Madrid]",
                "1970-01-01 00-59-59 999999900",
                Instant.parse("1969-12-31T23:59:59.9999999Z"),
                LocalDateTime.parse("1970-01-01T00:59:59.9999999"),
                Timestamp.from(Instant.parse("1969-12-31T23:59:59.9999999Z")),
                new BigDecimal("-0.0000001"),
                -0.0000001,
                "-0.0000001");

        assertThat(tooFine).allSatisfy(raw -> {
            assertThat(madrid.read(raw)).isEqualTo(TimeFault.TOO_FINE);
            assertThat(madrid.epochMicros(raw)).hasValue(-1L);
            assertThat(truncating.read(raw)).isEqualTo(-1L);
        });
        assertThat(madrid.read("1969-12-31T23:59:59.999999000Z")).isEqualTo(-1L);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00Z",
        "-1, 1969-12-31T23:59:59Z",
        "1706702400, 2024-01-31T12:00:00Z",
        "1706702400.5, 2024-01-31T12:00:00.5Z",
        "99999999999, 5138-11-16T09:46:39Z",
        "100000000000, 1973-03-03T09:46:40Z",
        "1706702400123, 2024-01-31T12:00:00.123Z",
        "1706702400123.25, 2024-01-31T12:00:00.123250Z",
        "1706702400123456, 2024-01-31T12:00:00.123456Z",
        "1706702400123456000, 2024-01-31T12:00:00.123456Z",
        "-1706702400123456000, 1915-12-02T11:59:59.876544Z"
    })
    void readsEpochNumbersByTheirMagnitude(String number, Instant expected) {
        assertThat(madrid.read(number)).isEqualTo(micros(expected));
        assertThat(madrid.read(new BigDecimal(number))).isEqualTo(micros(expected));
        if (number.indexOf('.') < 0) {
            assertThat(madrid.read(Long.valueOf(number))).isEqualTo(micros(expected));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                ".",
                "20240131",
                "1.2.3",
                "+1706702400",
                "1e9",
                "99999999999999999999",
                "2024-02-30",
                "2024-13-01T00:00Z",
                "2024-01-31T24:00",
                "2024-01-31T12",
                "2024-01-31T12:60",
                "2024-01-31T12:00:60",
                "2024-01-31T12:00:00.",
                "2024-01-31T12:00:00,5",
                "2024-01-31T12:00+19:00",
                "2024-01-31T12:00+01:60",
                "2024-01-31T12:00 UTC",
                "2024-01-31X12:00",
                "2024/01/31",
                "+999999999-12-31",
                "-999999999-01-01T00:00",
                "31/02/2024 12:00",
                "31/01/2024 24:00",
                "31/01/24",
                "yesterday, at noon"
            })
    void refusesWhatIsNoTime(String text) {
        assertThat(madrid.read(text)).isEqualTo(TimeFault.NOT_A_TIME);
    }

    @Test
    void refusesNumbersAndObjectsThatAreNoTimes() {
        assertThat(Arrays.asList(
                        null,
                        true,
                        Double.NaN,
                        Float.POSITIVE_INFINITY,
                        new BigDecimal("1e999999999"),
                        new BigDecimal("1e-999999999"),
                        LocalTime.NOON,
                        java.sql.Time.valueOf("12:00:00"),
                        Instant.MAX,
                        LocalDateTime.MAX,
                        LocalDate.MIN))
                .allSatisfy(raw -> assertThat(madrid.read(raw)).isEqualTo(TimeFault.NOT_A_TIME));
    }

    /** Text is read digit by digit where it can be; a formatter must come to the same. */
    @Test
    void readsFixedPatternsAsAFormatterDoes() {
        String pattern = "dd/MM/uuuu HH:mm:ss.SSS";
        DateTimeFormatter formatter =
                DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT);
        TimestampPattern shaped = TimestampPattern.of(pattern);
        Placement utc = Placement.InZone.of(ZoneId.of("UTC"), false);
        Random random = new Random(7);
        int times = 0;

        for (int i = 0; i < 20_000; i++) {
            String text = String.format(
                    Locale.ROOT,
                    "%02d/%02d/%04d %02d:%02d:%02d.%03d",
                    random.nextInt(34),
                    random.nextInt(14),
                    random.nextInt(10_000),
                    random.nextInt(26),
                    random.nextInt(61),
                    random.nextInt(61),
                    random.nextInt(1_000));
            text = changed(text, random);
            long expected = CivilTime.parse(formatter, text, utc);
            assertThat(shaped.read(text, utc)).as(text).isEqualTo(expected);
            times += TimeFault.isTime(expected) ? 1 : 0;
        }
        assertThat(times).isBetween(1_000, 19_000);
    }

    @Test
    void readsIsoAsJavaDoes() {
        Placement utc = Placement.InZone.of(ZoneId.of("UTC"), true);
        Random random = new Random(11);
        int times = 0;

        for (int i = 0; i < 20_000; i++) {
            Instant instant = Instant.ofEpochSecond(random.nextLong(-62_135_596_800L, 253_402_300_799L))
                    .plusNanos(random.nextInt(3) == 0 ? random.nextInt(1_000_000_000) : 0);
            OffsetDateTime dateTime =
                    instant.atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(-18 * 4, 18 * 4) * 900));
            String text = changed(dateTime.toString(), random);
            long expected = javaTime(text);
            assertThat(IsoText.read(text, utc)).as(text).isEqualTo(expected);
            times += TimeFault.isTime(expected) ? 1 : 0;
        }
        assertThat(times).isBetween(10_000, 19_999);
    }

    private static long javaTime(String text) {
        boolean blankBetween = text.length() > 10 && text.charAt(10) == ' ';
        String iso = blankBetween ? text.substring(0, 10) + 'T' + text.substring(11) : text;
        try {
            TemporalAccessor parsed =
                    DateTimeFormatter.ISO_DATE_TIME.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
            return micros(
                    parsed instanceof LocalDateTime local
                            ? local.toInstant(ZoneOffset.UTC)
                            : ((OffsetDateTime) parsed).toInstant());
        } catch (DateTimeException e) {
            return TimeFault.NOT_A_TIME;
        }
    }

    /** The text, or, once in ten times, with one character of it changed. */
    private static String changed(String text, Random random) {
        if (random.nextInt(10) != 0) {
            return text;
        }
        int at = random.nextInt(text.length());
        String characters = "0123456789/:.-+TZ ";
        return text.substring(0, at) + characters.charAt(random.nextInt(characters.length())) + text.substring(at + 1);
    }

    private static InstantReader reader(ZoneId zone, Prepare.ExcessPrecision excess) {
        return new InstantReader(new Prepare.Normalise(
                zone,
                List.of(
                        "dd/MM/yyyy HH:mm",
                        "dd/MM/yyyy HH:mm:ss.SSS",
                        "dd/MM/yyyy",
                        "d MMM yyyy HH:mm",
                        "yyyy-MM-dd HH-mm-ss SSSSSSSSS"),
                Prepare.DecimalPoint.POINT,
                Prepare.Grouping.UNAMBIGUOUS,
                excess));
    }

    private static long micros(Instant instant) {
        return Math.addExact(instant.getEpochSecond() * 1_000_000L, instant.getNano() / 1_000);
    }
}
