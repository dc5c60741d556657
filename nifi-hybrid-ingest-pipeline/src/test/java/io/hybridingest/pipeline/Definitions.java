package io.hybridingest.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Definitions that tests begin with. */
final class Definitions {
    /** The smallest definition that is valid. */
    static final String SMALLEST = """
            pipeline: orders
            schema:
              type: record
              name: Order
              fields:
                - {name: id, type: long}
                - {name: at, type: {type: long, logicalType: timestamp-millis}}
            identity: [id]
            event-time: {field: at}
            batch: {landing: /landing/orders}
            table: {path: /tables/orders}
            """;

    private Definitions() {}

    /** The definition of the design: every section is used. */
    static String payments() {
        return resource("payments.yaml");
    }

    static String resource(String name) {
        try (InputStream in = Definitions.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
