package io.hybridingest.sandbox.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Ways in which a record is broken on purpose. Each must end in quarantine. */
enum Breakage {
    /** The body ends in the middle. */
    TRUNCATED(true),
    WRONG_TYPE(false),
    MISSING_IDENTITY(false),
    FUTURE_DATE(false),
    /** A field larger than any Kafka message may be. */
    OVERSIZED(true),
    FAILED_CHECK(false);

    private static final int FIVE_MEGABYTES = 5 * 1024 * 1024;

    private final boolean travelsAlone;

    Breakage(boolean travelsAlone) {
        this.travelsAlone = travelsAlone;
    }

    /** Whether it cannot share a request with good records without harming or hiding them. */
    boolean travelsAlone() {
        return travelsAlone;
    }

    String kind() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /**
     * Breaks a record.
     *
     * @param record the good record, marker in place; changed
     * @return what to send
     */
    byte[] applyTo(ObjectNode record, Instant now) {
        switch (this) {
            case TRUNCATED -> {
                byte[] whole = bytes(record);
                return java.util.Arrays.copyOf(whole, whole.length * 2 / 3);
            }
            case WRONG_TYPE -> record.put("distance", "as the crow flies");
            case MISSING_IDENTITY -> record.remove("carrier");
            case FUTURE_DATE ->
                record.put(FlightJson.SCHEDULED, now.plus(Duration.ofDays(2)).toString());
            case OVERSIZED -> record.put("dest", "X".repeat(FIVE_MEGABYTES));
            case FAILED_CHECK -> record.put("distance", -1.0);
        }
        return bytes(record);
    }

    private static byte[] bytes(ObjectNode record) {
        return record.toString().getBytes(StandardCharsets.UTF_8);
    }
}
