package io.hybridingest.pipeline;

import java.util.List;
import java.util.stream.Stream;

/** A definition, and changes of it that may or may not follow. */
final class ChangedDefinitions {
    static final String OLDER = """
            pipeline: orders
            schema:
              type: record
              name: Order
              fields:
                - {name: id, type: long}
                - {name: customer, type: string}
                - {name: note, type: [null, string]}
                - {name: total, type: {type: bytes, logicalType: decimal, precision: 9, scale: 2}}
                - {name: count, type: int}
                - {name: at, type: {type: long, logicalType: timestamp-millis}}
                - {name: seen, type: {type: long, logicalType: timestamp-millis}}
                - {name: status, type: {type: enum, name: Status, symbols: [NEW, PAID]}}
                - {name: digest, type: {type: fixed, name: Digest, size: 4}}
                - {name: address, type: [null, {type: record, name: Address, fields: [{name: city, type: string}]}]}
                - {name: tags, type: {type: array, items: {type: record, name: Tag, fields: [{name: text, type: string}]}}}
                - {name: extra, type: {type: map, values: int}}
                - {name: mixed, type: [string, long]}
                - {name: key, type: {type: string, logicalType: uuid}}
            identity: [id, customer]
            event-time: {field: at}
            batch: {landing: /landing/orders}
            table: {path: /tables/orders}
            """;

    private static final String GO_ON =
            "Keep the type, or add a field of the other type and of another name, with a default";

    /**
     * A change and what it means.
     *
     * @param seenByAvro whether Avro's own checker refuses it
     */
    record Change(String text, String with, boolean seenByAvro, List<String> breaks) {
        @Override
        public String toString() {
            return text + " → " + with;
        }
    }

    private static Change fine(String text, String with) {
        return new Change(text, with, false, List.of());
    }

    private static Change breaks(String text, String with, String... breaks) {
        return new Change(text, with, true, List.of(breaks));
    }

    private static Change breaksUnseen(String text, String with, String... breaks) {
        return new Change(text, with, false, List.of(breaks));
    }

    static Stream<Change> changes() {
        return Stream.of(fieldChanges(), namedTypeChanges(), meaningChanges(), nestedChanges(), definitionChanges())
                .flatMap(changes -> changes);
    }

    private static Stream<Change> fieldChanges() {
        return Stream.of(
                fine("pipeline: orders", "pipeline: orders"),
                fine("- {name: id,", "- {name: added, type: [null, string], default: null}\n    - {name: id,"),
                breaks(
                        "- {name: id,",
                        "- {name: added, type: [null, string]}\n    - {name: id,",
                        "added: is not in older records and has no default in the schema. Write one beside its type, as in"
                                + " {name: added, type: [null, ...], default: null}; prepare.defaults is for incoming records only"),
                fine("    - {name: count, type: int}\n", ""),
                fine("{name: count, type: int}", "{name: number, aliases: [count], type: int}"),
                breaks(
                        "{name: count, type: int}",
                        "{name: number, type: int}",
                        "number: is not in older records and has no default in the schema. Write one beside its type, as in"
                                + " {name: number, type: [null, ...], default: null}; prepare.defaults is for incoming records only"),
                breaks(
                        "{name: count, type: int}",
                        "{name: count, aliases: [seen], type: int}",
                        "count: its name and its aliases are several fields of older records."
                                + " Take the aliases out that are fields of their own"),
                fine("{name: count, type: int}", "{name: count, type: [null, int]}"),
                breaks(
                        "{name: note, type: [null, string]}",
                        "{name: note, type: string}",
                        "note: may be null in older records, and may not be null any more. Keep null in its type in the schema"),
                fine("{name: note, type: [null, string]}", "{name: note, type: [string, null]}"),
                fine("{name: count, type: int}", "{name: count, type: long}"),
                breaks(
                        "{name: count, type: int}",
                        "{name: count, type: string}",
                        "count: was int and is string, and Avro does not read one as the other. " + GO_ON),
                breaks(
                        "{name: count, type: int}",
                        "{name: count, type: [null, boolean, string]}",
                        "count: is int in older records, which none of its types can read: boolean, string."
                                + " Keep int among its types"),
                fine("{name: count, type: int}", "{name: count, type: [boolean, long]}"),
                breaks(
                        "{name: mixed, type: [string, long]}",
                        "{name: mixed, type: string}",
                        "mixed: was long and is string, and Avro does not read one as the other. " + GO_ON),
                fine("{name: mixed, type: [string, long]}", "{name: mixed, type: [long, string, boolean]}"));
    }

    private static Stream<Change> namedTypeChanges() {
        return Stream.of(
                fine("[NEW, PAID]", "[NEW, PAID, SENT]"),
                breaks(
                        "[NEW, PAID]",
                        "[NEW]",
                        "status: the enum Status has lost symbols that older records may hold: PAID."
                                + " Keep them, or give the enum a default symbol"),
                fine("symbols: [NEW, PAID]", "symbols: [NEW], default: NEW"),
                breaks(
                        "name: Status",
                        "name: State",
                        "status: the enum was named Status and is named State."
                                + " Keep the name, or write the older one beside it: aliases: [Status]"),
                fine("name: Status", "name: State, aliases: [Status]"),
                breaks(
                        "size: 4",
                        "size: 8",
                        "digest: had 4 bytes and has 8. Keep the size, or add a field of the other size, with a default"),
                breaks(
                        "name: Order\n",
                        "name: Purchase\n",
                        "schema: the record was named Order and is named Purchase."
                                + " Keep the name, or write the older one beside it: aliases: [Order]"),
                fine("name: Order\n", "name: Purchase\n  aliases: [Order]\n"));
    }

    /** Avro reads the bare values and sees nothing wrong. */
    private static Stream<Change> meaningChanges() {
        return Stream.of(
                fine("precision: 9, scale: 2", "precision: 12, scale: 2"),
                breaksUnseen(
                        "precision: 9, scale: 2",
                        "precision: 7, scale: 2",
                        "total: had precision 9 and has precision 7, into which larger numbers of older records do not fit."
                                + " Keep the precision; it may grow"),
                breaksUnseen(
                        "precision: 9, scale: 2",
                        "precision: 9, scale: 4",
                        "total: had scale 2 and has scale 4, and Avro does not convert: 1.00 would be read as 0.0100."
                                + " Keep the scale, or add a field of the other scale and of another name, with a default"),
                breaksUnseen(
                        "{name: seen, type: {type: long, logicalType: timestamp-millis}}",
                        "{name: seen, type: {type: long, logicalType: timestamp-micros}}",
                        "seen: was timestamp-millis and is timestamp-micros, and Avro does not convert:"
                                + " values of older records would mean something else. " + GO_ON),
                breaksUnseen(
                        "{name: seen, type: {type: long, logicalType: timestamp-millis}}",
                        "{name: seen, type: long}",
                        "seen: was timestamp-millis and is long, and Avro does not convert:"
                                + " values of older records would mean something else. " + GO_ON),
                breaksUnseen(
                        "{name: at, type: {type: long, logicalType: timestamp-millis}}",
                        "{name: at, type: {type: long, logicalType: timestamp-micros}}",
                        "at: was timestamp-millis and is timestamp-micros, and Avro does not convert:"
                                + " values of older records would mean something else. " + GO_ON),
                fine("{type: string, logicalType: uuid}", "string"),
                breaksUnseen(
                        "{name: note, type: [null, string]}",
                        "{name: note, type: [null, {type: string, logicalType: uuid}]}",
                        "note: was string and is uuid, and Avro does not convert:"
                                + " values of older records would mean something else. " + GO_ON));
    }

    private static Stream<Change> nestedChanges() {
        return Stream.of(
                fine(
                        "{name: city, type: string}",
                        "{name: city, type: string}, {name: zip, type: string, default: ''}"),
                breaks(
                        "{name: city, type: string}",
                        "{name: city, type: string}, {name: zip, type: string}",
                        "address.zip: is not in older records and has no default in the schema. Write one beside its type, as in"
                                + " {name: zip, type: [null, ...], default: null}; prepare.defaults is for incoming records only"),
                breaks(
                        "{name: city, type: string}",
                        "{name: city, type: int}",
                        "address.city: was string and is int, and Avro does not read one as the other. " + GO_ON),
                breaks(
                        "{name: text, type: string}",
                        "{name: text, type: boolean}",
                        "tags[].text: was string and is boolean, and Avro does not read one as the other. " + GO_ON),
                fine("values: int", "values: long"),
                breaks(
                        "values: int",
                        "values: string",
                        "extra{}: was int and is string, and Avro does not read one as the other. " + GO_ON),
                breaks(
                        "{name: extra, type: {type: map, values: int}}",
                        "{name: extra, type: string}",
                        "extra: was map and is string, and Avro does not read one as the other. " + GO_ON));
    }

    /** What Avro cannot know about: the promise that a record comes in once, and the times that are compared. */
    private static Stream<Change> definitionChanges() {
        String again = ", so the same record would get another identity and come in twice. ";
        String own = "Keep it, or begin a table of its own for the newer definition";
        return Stream.of(
                breaksUnseen(
                        "[id, customer]",
                        "[customer, id]",
                        "identity: was [id, customer] and is [customer, id]" + again + own),
                breaksUnseen("[id, customer]", "[id]", "identity: was [id, customer] and is [id]" + again + own),
                breaksUnseen(
                        "[id, customer]", "position", "identity: was [id, customer] and is position" + again + own),
                fine("{name: id, type: long}", "{name: id, type: [null, long]}"),
                breaksUnseen(
                        "{name: id, type: long}",
                        "{name: id, type: double}",
                        "id: was long and is double" + again + "Keep the types of identity fields"),
                breaksUnseen(
                        "{name: customer, type: string}",
                        "{name: customer, type: bytes}",
                        "customer: was string and is bytes" + again + "Keep the types of identity fields"),
                breaksUnseen(
                        "event-time: {field: at}",
                        "event-time: {field: seen}",
                        "event-time.field: was at and is seen, so lateness and 'the newest wins' would compare times of different"
                                + " fields. " + own),
                fine("event-time: {field: at}", "event-time: {field: at, late-after: 1 hour}"),
                breaksUnseen(
                        "event-time:",
                        "prepare: {mask: {customer: hash}}\nevent-time:",
                        "customer: is part of the identity, and what prepare.mask says about it has changed" + again
                                + "Keep prepare.mask of identity fields"),
                fine(
                        "event-time:",
                        "prepare: {mask: {note: redact}, defaults: {note: none}, unknown-fields: reject}\nevent-time:"),
                breaksUnseen(
                        "event-time:",
                        "prepare: {defaults: {customer: nobody}}\nevent-time:",
                        "customer: is part of the identity, and what prepare.defaults says about it has changed" + again
                                + "Keep prepare.defaults of identity fields"),
                breaksUnseen(
                        "event-time:",
                        "stream: {encoding: json}\nevent-time:",
                        "stream.encoding: was avro and is json, and messages that are still in the topic cannot be read."
                                + " Let the stream lane read the topic to its end first, and name another topic"),
                fine("event-time:", "stream: {encoding: json, topic: orders-json}\nevent-time:"),
                fine("/tables/orders", "/tables/orders, partition-by: [day]"));
    }

    private ChangedDefinitions() {}
}
