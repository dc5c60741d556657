package io.hybridingest.launch;

import io.hybridingest.launch.SparkApplication.IngestJob;
import io.hybridingest.launch.SparkApplication.Lane;
import io.hybridingest.pipeline.PipelineDefinition;
import java.util.Map;

/** Definitions of one pipeline, each made of the first by replacing a piece of its text. */
public final class Definitions {
    private static final String TEXT = """
            pipeline: payments
            schema:
              type: record
              name: Payment
              fields:
                - {name: payment_id, type: string}
                - {name: account, type: string}
                - {name: paid_at, type: {type: long, logicalType: timestamp-micros}}
            identity: [payment_id]
            event-time: {field: paid_at, late-after: 15 minutes, ahead-limit: 5 minutes}
            transform: SELECT * FROM input
            stream: {topic: payments}
            batch: {landing: /landing/payments, schedule-interval: 1 hour}
            table: {path: /tables/payments, write: append}
            """;

    private Definitions() {}

    /** The first one. */
    public static PipelineDefinition first() {
        return PipelineDefinition.fromYaml(TEXT);
    }

    /** One that differs in this. */
    public static PipelineDefinition changed(String piece, String replacement) {
        if (!TEXT.contains(piece)) {
            throw new IllegalArgumentException("The definition has no " + piece);
        }
        return PipelineDefinition.fromYaml(TEXT.replace(piece, replacement));
    }

    /** The plan of its stream. */
    static LaunchPlan stream(PipelineDefinition definition) {
        return stream(definition, Map.of());
    }

    static LaunchPlan stream(PipelineDefinition definition, Map<String, String> settings) {
        return new LaunchPlan(
                new IngestJob(Lane.STREAM, null), settings, definition.toJson(), definition.fingerprint(), null);
    }
}
