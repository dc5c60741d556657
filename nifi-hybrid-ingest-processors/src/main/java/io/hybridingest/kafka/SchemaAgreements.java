package io.hybridingest.kafka;

import org.apache.avro.Schema;

/**
 * Compares the schemas of containers with the wire schema, and remembers the last comparison: one FlowFile after the
 * other names the same schema. Safe for several threads.
 */
final class SchemaAgreements {
    private final Schema wire;
    private volatile Compared last = new Compared("", new SchemaAgreement.Different("no schema was read"));

    SchemaAgreements(Schema wire) {
        this.wire = wire;
    }

    /** @throws org.apache.avro.SchemaParseException where the text is no schema */
    SchemaAgreement of(String schemaJson) {
        Compared known = last;
        if (!known.schemaJson.equals(schemaJson)) {
            known = new Compared(schemaJson, SchemaAgreement.of(new Schema.Parser().parse(schemaJson), wire));
            last = known;
        }
        return known.agreement;
    }

    private record Compared(String schemaJson, SchemaAgreement agreement) {}
}
