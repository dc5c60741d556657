package io.hybridingest.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the records are about: their schema, their pipeline, and the same pipeline said in the terms of NiFi's processors.
 *
 * @param name what data sets of the kind are called
 * @param definition the pipeline's definition, with {@code LATE_AFTER} where a duration belongs
 * @param incomingSchema Avro schema of the records as they come
 * @param eventTime the field of the event time, which has one name before and after preparation
 * @param timestampFormat how timestamps are written in text, as NiFi's readers and writers take it
 * @param updates UpdateRecord's properties for what the pipeline renames, fills in, masks, and identifies by
 * @param removals RemoveRecordField's properties for what is left of renaming, and what the pipeline drops
 * @param kept fields that preparation leaves alone
 * @param made fields that preparation makes, with the same values in every way of doing it
 */
record Kind(
        String name,
        String definition,
        String incomingSchema,
        String eventTime,
        String timestampFormat,
        Map<String, String> updates,
        Map<String, String> removals,
        List<String> kept,
        List<String> made) {
    static final Kind TRANSACTIONS = new Kind(
            "transactions",
            resource("transactions.yaml"),
            resource("transactions.avsc"),
            "paid_at",
            "yyyy-MM-dd'T'HH:mm:ss.SSSX",
            Map.of(
                    "/account", "/acct",
                    "/currency", "replaceNull(/currency, 'EUR')",
                    "/card", "concat('************', substring(/card, 12, 16))",
                    "/_ingest_id", "hash(/tx_id, 'SHA-256')"),
            Map.of("renamed", "/acct", "dropped", "/debug"),
            List.of("tx_id", "amount", "paid_at", "merchant", "device"),
            List.of("account", "card", "currency"));

    static final Kind FLIGHTS = new Kind(
            "flights",
            resource("flights.yaml"),
            resource("flights.avsc"),
            "sched_dep_time_utc",
            "yyyy-MM-dd'T'HH:mm:ssX",
            Map.of(
                    "/destination", "/dest",
                    "/provider", "concat('nycflights13')",
                    "/_ingest_id", "hash(concat(/carrier, /flight, /origin, /sched_dep_time_utc), 'SHA-256')"),
            Map.of("renamed", "/dest"),
            List.of("carrier", "flight", "origin", "sched_dep_time_utc", "arr_delay", "distance"),
            List.of("destination", "provider"));

    Kind {
        updates = Map.copyOf(updates);
        removals = Map.copyOf(removals);
        kept = List.copyOf(kept);
        made = List.copyOf(made);
    }

    /** The same, with one more field masked: by a keyed hash in the pipeline, by a plain one in RecordPath, which has no other. */
    Kind hashing(String field) {
        Map<String, String> more = new HashMap<>(updates);
        more.put("/" + field, "hash(/%s, 'SHA-256')".formatted(field));
        List<String> fewer = new ArrayList<>(kept);
        fewer.remove(field);
        return new Kind(
                "hashed-" + name,
                definition.replace("mask: {", "mask: {" + field + ": hash, "),
                incomingSchema,
                eventTime,
                timestampFormat,
                more,
                removals,
                fewer,
                made);
    }

    /** The pipeline's definition. */
    String definition(Duration lateAfter) {
        return definition.replace("LATE_AFTER", lateAfter.toSeconds() + " seconds");
    }

    private static String resource(String name) {
        try (InputStream in = Kind.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
