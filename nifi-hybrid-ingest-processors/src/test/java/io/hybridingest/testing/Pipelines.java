package io.hybridingest.testing;

import io.hybridingest.pipeline.PipelineDefinition;

/** Pipelines that tests begin with. */
public final class Pipelines {
    /** Key of {@link #PAYMENTS}' hashes. */
    public static final String MASK_KEY = "a key that nobody guesses";

    /** Uses every part of preparation. */
    public static final String PAYMENTS = """
            pipeline: payments
            schema:
              type: record
              name: Payment
              fields:
                - {name: payment_id, type: string}
                - {name: seq, type: int}
                - {name: account, type: string}
                - {name: amount, type: {type: bytes, logicalType: decimal, precision: 18, scale: 2}}
                - {name: currency, type: string}
                - {name: paid_at, type: {type: long, logicalType: timestamp-micros}}
                - {name: card, type: [null, string], default: null}
                - {name: email, type: [null, string], default: null}
                - {name: items, type: [null, int], default: null}
            identity: [payment_id, seq]
            event-time: {field: paid_at, late-after: 15 minutes, ahead-limit: 5 minutes}
            prepare:
              rename: {acct: account, cc: card}
              defaults: {currency: EUR}
              mask: {card: keep-last-4, email: hash}
              drop: [debug]
            batch: {landing: /landing/payments}
            table: {path: /tables/payments}
            """;

    /** Two fields, and nothing masked. */
    public static final String READINGS = """
            pipeline: readings
            schema:
              type: record
              name: Reading
              fields:
                - {name: id, type: string}
                - {name: value, type: int}
                - {name: at, type: {type: long, logicalType: timestamp-micros}}
            identity: [id]
            event-time: {field: at}
            prepare:
              defaults: {at: '2024-01-31T12:00:00Z'}
            batch: {landing: /landing/readings}
            table: {path: /tables/readings}
            """;

    private Pipelines() {}

    /** {@link #PAYMENTS}, parsed. */
    public static PipelineDefinition payments() {
        return PipelineDefinition.fromYaml(PAYMENTS);
    }

    /** A pipeline of one more field, {@code value}. */
    public static PipelineDefinition ofValue(String avroType) {
        return PipelineDefinition.fromYaml("""
                pipeline: values
                schema:
                  type: record
                  name: Value
                  fields:
                    - {name: id, type: long}
                    - {name: at, type: {type: long, logicalType: timestamp-micros}}
                    - {name: value, type: %s}
                identity: [id]
                event-time: {field: at}
                prepare:
                  normalise: {zone: Europe/Madrid, timestamp-patterns: ['dd/MM/yyyy HH:mm']}
                batch: {landing: /landing/values}
                table: {path: /tables/values}
                """.formatted(avroType));
    }
}
