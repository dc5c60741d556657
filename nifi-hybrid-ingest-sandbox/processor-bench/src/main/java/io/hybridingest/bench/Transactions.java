package io.hybridingest.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Made-up payments by card, about 200 bytes of JSON each. Every index has its record, made from nothing but a fixed seed. */
final class Transactions implements Source {
    private static final long SIZE = 1_000_000;
    private static final long SEED = 20240131;
    private static final Instant BOUNDARY = Instant.parse("2024-01-31T12:00:00Z");
    private static final long LONGEST_AWAY_MILLIS = Duration.ofDays(10).toMillis();
    private static final Duration GAP = Duration.ofHours(1);
    private static final List<String> COUNTRIES = List.of("ES", "FR", "DE", "PT", "IT", "NL");
    private static final List<String> CHANNELS = List.of("web", "app", "pos", "atm");
    private static final int IN_A_HUNDRED = 100;

    private final Kind kind;

    /** @param kind of transactions */
    Transactions(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public List<Format> formats() {
        return List.of(Format.JSON);
    }

    @Override
    public String header(Format format) {
        return "";
    }

    @Override
    public Instant boundary() {
        return BOUNDARY;
    }

    @Override
    public String line(long index, Format format) {
        SplittableRandom random = new SplittableRandom(SEED + index % SIZE);
        StringBuilder json = new StringBuilder(256);
        json.append("{\"tx_id\":\"").append(String.format(Locale.ROOT, "t%09d", index % SIZE));
        json.append("\",\"acct\":\"ES").append(digits(random, 10));
        json.append("\",\"card\":\"4").append(digits(random, 15));
        json.append("\",\"merchant\":\"Merchant ").append(random.nextInt(5_000));
        json.append("\",\"country\":\"").append(COUNTRIES.get(random.nextInt(COUNTRIES.size())));
        json.append("\",\"amount\":").append(random.nextInt(1, 500)).append('.').append(random.nextInt(10, 100));
        if (random.nextInt(IN_A_HUNDRED) < 90) {
            json.append(",\"currency\":\"EUR\"");
        }
        json.append(",\"paid_at\":\"").append(paidAt(random));
        json.append("\",\"channel\":\"")
                .append(CHANNELS.get(random.nextInt(CHANNELS.size())))
                .append('"');
        if (random.nextInt(IN_A_HUNDRED) < 50) {
            json.append(",\"device\":\"")
                    .append(Integer.toHexString(random.nextInt(1 << 20, 1 << 24)))
                    .append('"');
        }
        json.append(",\"debug\":\"n").append(random.nextInt(10)).append('"');
        if (random.nextInt(IN_A_HUNDRED) == 0) {
            json.append(",\"promotion\":\"spring\"");
        }
        return json.append('}').toString();
    }

    /** One in five is late. */
    private static String paidAt(SplittableRandom random) {
        long away = random.nextLong(LONGEST_AWAY_MILLIS);
        Instant at = random.nextInt(5) == 0
                ? BOUNDARY.minusMillis(away + 1)
                : BOUNDARY.plus(GAP).plusMillis(away);
        String text = at.toString();
        // Instant leaves out milliseconds that are zero.
        return text.length() == "2024-01-31T12:00:00Z".length() ? text.replace("Z", ".000Z") : text;
    }

    private static String digits(SplittableRandom random, int count) {
        StringBuilder digits = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            digits.append((char) ('0' + random.nextInt(10)));
        }
        return digits.toString();
    }
}
