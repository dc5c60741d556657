package io.hybridingest.pipeline;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Valid definitions in YAML, with every section there or not. */
final class RandomDefinitions {
    private static final String SCHEMA = """
            pipeline: %s
            schema:
              type: record
              name: Payment
              fields:
                - {name: id, type: string}
                - {name: seq, type: long, doc: "any \\"text\\""}
                - {name: amount, type: {type: bytes, logicalType: decimal, precision: 18, scale: 2}}
                - {name: paid_at, type: {type: long, logicalType: timestamp-micros}}
                - {name: booked_at, type: {type: long, logicalType: timestamp-millis}, aliases: [booking]}
                - {name: card, type: [null, string], default: null}
                - {name: note, type: [string, null], default: "a: b"}
                - {name: kind, type: {type: enum, name: Kind, symbols: [A, B]}, default: A}
                - {name: rate, type: double, default: 1.5}
                - {name: flags, type: {type: array, items: boolean}, default: []}
                - {name: limits, type: {type: map, values: [null, int]}}
                - {name: payer, type: {type: record, name: Payer, fields: [{name: iban, type: string}, {name: age, type: int}]}}
            """;

    private RandomDefinitions() {}

    static Arbitrary<String> texts() {
        Arbitrary<String> head = Combinators.combine(
                        names().map(name -> SCHEMA.formatted(name)),
                        Arbitraries.of("[id]", "[id, seq]", "[payer.iban, amount, paid_at]", "position"),
                        Arbitraries.of("paid_at", "booked_at"),
                        durations(),
                        durations())
                .as((schema, identity, field, late, ahead) ->
                        schema + "identity: " + identity + "\nevent-time: {field: " + field + ", late-after: " + late
                                + ", ahead-limit: " + ahead + "}\n");
        return Combinators.combine(
                        head,
                        prepare(),
                        checks(),
                        optional("transform: SELECT *, day(paid_at) AS day FROM input\n"),
                        stream(),
                        batch(),
                        table())
                .as((a, b, c, d, e, f, g) -> a + b + c + d + e + f + g);
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("0123456789-_.")
                .ofMinLength(0)
                .ofMaxLength(20)
                .map(text -> "p" + text);
    }

    private static Arbitrary<String> durations() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 300), Arbitraries.of("ms", " seconds", " min", "h", " days"))
                .as((amount, unit) -> amount + unit);
    }

    private static Arbitrary<String> prepare() {
        Arbitrary<String> entries = Combinators.combine(
                        optional("  rename: {acct: id, 'zip code': note}\n"),
                        optional(
                                "  defaults: {note: 'x: y', rate: 0.10, amount: 12.50, kind: B, payer.age: 7, flags: [true]}\n"),
                        normalise(),
                        masks(),
                        optional("  drop: [debug, trace]\n"),
                        Arbitraries.of("rescue", "drop", "reject").map(how -> "  unknown-fields: " + how + "\n"))
                .as((a, b, c, d, e, f) -> "prepare:\n" + a + b + c + d + e + f);
        return Arbitraries.oneOf(entries, Arbitraries.just(""));
    }

    private static Arbitrary<String> normalise() {
        return Combinators.combine(
                        Arbitraries.of("UTC", "Europe/Madrid", "'+02:00'", "America/New_York"),
                        Arbitraries.of("[]", "['dd/MM/yyyy HH:mm', \"yyyy-MM-dd'T'HH\"]"),
                        Arbitraries.of(
                                "point, grouping: unambiguous",
                                "point, grouping: comma",
                                "comma, grouping: point",
                                "comma, grouping: none",
                                "comma, grouping: space",
                                "point, grouping: apostrophe"),
                        Arbitraries.of("reject", "truncate"))
                .as((zone, patterns, numbers, excess) -> "  normalise: {zone: " + zone + ", timestamp-patterns: "
                        + patterns + ", decimal-point: " + numbers + ", excess-precision: " + excess + "}\n");
    }

    private static Arbitrary<String> masks() {
        return Arbitraries.maps(Arbitraries.of("card", "note"), Arbitraries.of("keep-last-4", "hash", "redact"))
                .map(masks ->
                        masks.isEmpty() ? "" : "  mask: " + masks.toString().replace("=", ": ") + "\n");
    }

    private static Arbitrary<String> checks() {
        Arbitrary<String> check = Combinators.combine(
                        Arbitraries.integers().between(0, 1_000_000),
                        Arbitraries.of("amount > 0", "id <> '' AND kind = 'A'", "note RLIKE '^[a-z]+$'"),
                        Arbitraries.of("quarantine", "drop", "fail", "warn"))
                .as((number, require, otherwise) -> "  - {name: check-" + number + ", require: \"" + require
                        + "\", otherwise: " + otherwise + "}\n");
        return check.list()
                .ofMaxSize(3)
                .uniqueElements(text -> text.substring(0, text.indexOf(',')))
                .map(list -> list.isEmpty() ? "" : "checks:\n" + String.join("", list));
    }

    private static Arbitrary<String> stream() {
        Arbitrary<String> section = Combinators.combine(
                        names(),
                        Arbitraries.of("avro", "json"),
                        durations(),
                        Arbitraries.longs().between(1, Long.MAX_VALUE),
                        Arbitraries.of("hold", "divert"))
                .as((topic, encoding, trigger, lag, lagging) -> "stream: {topic: " + topic + ", encoding: " + encoding
                        + ", trigger: " + trigger + ", max-lag: " + lag + ", when-lagging: " + lagging + "}\n");
        return Arbitraries.oneOf(section, Arbitraries.just(""));
    }

    private static Arbitrary<String> batch() {
        return Combinators.combine(paths(), durations())
                .as((path, interval) ->
                        "batch: {landing: '" + path + "/landing', schedule-interval: " + interval + "}\n");
    }

    private static Arbitrary<String> table() {
        return Combinators.combine(
                        paths(),
                        Arbitraries.of("append", "upsert", "upsert, tombstone: gone, tombstone-retention: 7 days"),
                        Arbitraries.of("[]", "[day]", "[day, kind]"))
                .as((path, write, partitions) -> "table: {path: '" + path + "/table', write: " + write
                        + ", partition-by: " + partitions + "}\n");
    }

    private static Arbitrary<String> paths() {
        return Arbitraries.of(List.of("", "/data", "s3a://bucket/a b", "hdfs://node:8020/x", "relative/ñ"));
    }

    private static Arbitrary<String> optional(String text) {
        return Arbitraries.of(text, "");
    }
}
