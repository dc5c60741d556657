package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;

/**
 * A value of a masked field is nowhere to be seen: in no content of {@code success} and {@code invalid}, no attribute,
 * no reason, no log, no provenance event, whatever shape it came in and whatever else is wrong with its record. Only
 * {@code failure} holds it, as its content is what came in.
 */
class MaskingLeavesNothingTest {
    /** What all secrets have in them, and masks that keep the last four characters do not keep. */
    private static final String SECRET = "5318008";

    private static final Instant NOW = Instant.parse("2024-01-31T12:00:00Z");
    private static final String PIPELINE = """
            pipeline: payments
            schema:
              type: record
              name: Payment
              fields:
                - {name: payment_id, type: string}
                - {name: paid_at, type: {type: long, logicalType: timestamp-micros}}
                - {name: card, type: [null, string], default: null, aliases: [pan]}
                - {name: email, type: string, default: nobody}
                - name: payer
                  default: null
                  type:
                    - "null"
                    - type: record
                      name: Payer
                      fields:
                        - {name: iban, type: string, aliases: [account]}
                        - {name: bank, type: ["null", {type: record, name: Bank, fields: [{name: code, type: string}]}], default: null}
                        - {name: age, type: [null, int], default: null}
            identity: [payment_id]
            event-time: {field: paid_at}
            prepare:
              rename: {cc: card, mail: email}
              mask: {card: keep-last-4, email: hash, payer.iban: redact, payer.bank.code: redact}
              unknown-fields: %s
            batch: {landing: /landing}
            table: {path: /table}
            """;

    @Provide
    Arbitrary<String> payments() {
        Arbitrary<String> masked = Combinators.combine(Arbitraries.of("card", "cc", "pan", "email", "mail"), anyShape())
                .as((name, secret) -> "\"" + name + "\": " + secret);
        return Combinators.combine(
                        masked.list()
                                .uniqueElements(field -> field.substring(0, 5))
                                .ofMaxSize(4),
                        payers(),
                        Arbitraries.of("\"payment_id\": \"p1\"", "\"payment_id\": null", "\"payment_id\": {\"a\": 1}"),
                        Arbitraries.of("\"paid_at\": 1706702400000", "\"paid_at\": \"yesterday\"", "\"other\": [1]"))
                .as((secrets, payer, id, paidAt) -> Stream.of(secrets, List.of("\"payer\": " + payer, id, paidAt))
                        .flatMap(List::stream)
                        .collect(Collectors.joining(", ", "{", "}")));
    }

    /** Where a text belongs that is masked. */
    private static Arbitrary<String> anyShape() {
        return Arbitraries.oneOf(
                scalars(),
                scalars().map(value -> "[" + value + "]"),
                scalars().map(value -> "[1, [" + value + ", {\"a\": " + value + "}]]"),
                scalars().map(value -> "{\"number\": " + value + ", \"" + SECRET + "\": 1}"));
    }

    /** Where a record belongs of which only parts are masked: whatever is none may hold them in any form. */
    private static Arbitrary<String> payers() {
        return Arbitraries.oneOf(
                scalars(),
                scalars().map(value -> "[" + value + "]"),
                scalars().map(value -> "[{\"iban\": " + value + "}]"),
                anyShape().map(value -> "{\"iban\": " + value + ", \"age\": \"old\"}"),
                anyShape().map(value -> "{\"iban\": " + value + ", \"account\": \"" + SECRET + "9999\"}"),
                anyShape().map(value -> "{\"iban\": \"" + SECRET + "0000\", \"bank\": {\"code\": " + value + "}}"),
                scalars().map(value -> "{\"iban\": \"" + SECRET + "0000\", \"bank\": " + value + "}"));
    }

    private static Arbitrary<String> scalars() {
        return Arbitraries.of(
                "\"" + SECRET + "000 1234\"",
                "\"  " + SECRET + "1234  \"",
                SECRET + "1234",
                SECRET + "12345678901234567890",
                SECRET + ".1234",
                "\"" + SECRET + "1234@example.org\"",
                "\"" + SECRET + "x".repeat(300) + "1234\"",
                "\"\"",
                "null");
    }

    @Property(tries = 150)
    void inJsonOfAnyShape(
            @ForAll("payments") String one, @ForAll("payments") String other, @ForAll("unknownFields") String unknown) {
        TestRunner runner = runner(unknown);
        Flows.readJson(runner);

        leavesNothing(runner, "[" + one + ",\n" + other + "]");
    }

    @Property(tries = 50)
    void inCsv(
            @ForAll("payments") String one, @ForAll("payments") String other, @ForAll("unknownFields") String unknown) {
        TestRunner runner = runner(unknown);
        Flows.readCsv(runner);

        leavesNothing(
                runner,
                "payment_id,paid_at,card,mail,cc,payer\n"
                        + "p1,2024-01-31T12:00:00Z,%1$s,%2$s,,%1$s\n,x,%1$s,,%2$s,%2$s\n"
                                .formatted(csv(one), csv(other)));
    }

    @Example
    void inContentThatCannotBeRead() {
        String cut = "{\"payment_id\": \"p1\", \"card\": ";
        List<String> unreadable = List.of(
                cut + "x" + SECRET + "1234}",
                cut + SECRET + "x1234}",
                cut + SECRET + ".1.2}",
                cut + "\"" + SECRET,
                cut + "\"" + SECRET + "\u0001\"}",
                cut + "'" + SECRET + "1234'}",
                cut + "\"x\", x" + SECRET + ": 1}");
        for (String content : unreadable) {
            TestRunner runner = runner("rescue");
            Flows.readJson(runner);
            runner.enqueue(content);

            runner.run();

            runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
            assertNoSecretBeside(runner);
        }
    }

    @Provide
    Arbitrary<String> unknownFields() {
        return Arbitraries.of("rescue", "drop", "reject");
    }

    private static TestRunner runner(String unknownFields) {
        PreprocessRecord processor = new PreprocessRecord(Clock.fixed(NOW, ZoneOffset.UTC));
        return Flows.runner(processor, PIPELINE.formatted(unknownFields));
    }

    private static String csv(String value) {
        return '"' + value.replace("\"", "\"\"") + '"';
    }

    static void leavesNothing(TestRunner runner, String content) {
        runner.enqueue(content, Map.of("filename", "payments.dat"));
        runner.run();

        List<MockFlowFile> success = runner.getFlowFilesForRelationship(PreprocessRecord.SUCCESS);
        List<MockFlowFile> invalid = runner.getFlowFilesForRelationship(PreprocessRecord.INVALID);
        assertThat(runner.getFlowFilesForRelationship(PreprocessRecord.FAILURE)).isEmpty();
        assertThat(success.size() + invalid.size()).isPositive();
        Stream.concat(success.stream(), invalid.stream())
                .flatMap(flowFile -> Flows.records(flowFile).stream())
                .forEach(record -> assertNoSecret("a record of " + content, text(record)));
        assertNoSecretBeside(runner);
    }

    /** Looks at everything but content. */
    static void assertNoSecretBeside(TestRunner runner) {
        for (Relationship relationship : runner.getProcessContext().getAvailableRelationships()) {
            runner.getFlowFilesForRelationship(relationship)
                    .forEach(flowFile -> assertNoSecret(
                            "attributes in " + relationship,
                            flowFile.getAttributes().toString()));
        }
        runner.getProvenanceEvents().forEach(event -> {
            assertNoSecret("provenance", event.getDetails() + event.getTransitUri() + event.getAttributes());
        });
        MockComponentLog log = runner.getLogger();
        Stream.of(log.getErrorMessages(), log.getWarnMessages(), log.getInfoMessages())
                .flatMap(List::stream)
                .forEach(message -> assertNoSecret("the log", text(message)));
    }

    private static void assertNoSecret(String where, String text) {
        assertThat(text.toLowerCase(Locale.ROOT)).as(where).doesNotContain(SECRET, "5.318008", "53.18008");
    }

    private static String text(GenericRecord record) {
        StringBuilder text = new StringBuilder(record.toString());
        record.getSchema().getFields().forEach(field -> {
            if (record.get(field.pos()) instanceof ByteBuffer bytes) {
                text.append(StandardCharsets.UTF_8.decode(bytes.duplicate()));
            }
        });
        return text.toString();
    }

    private static String text(LogMessage message) {
        StringWriter text = new StringWriter();
        text.append(message.getMsg());
        for (Object argument : message.getArgs()) {
            if (argument instanceof Throwable failure) {
                failure.printStackTrace(new PrintWriter(text, true));
            } else {
                text.append(' ').append(String.valueOf(argument));
            }
        }
        if (message.getThrowable() != null) {
            message.getThrowable().printStackTrace(new PrintWriter(text, true));
        }
        return text.toString();
    }
}
