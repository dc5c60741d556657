package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class WireSchemaTest {
    @Test
    void isInTheNamespaceOfTheSchemaUnderAFreeName() {
        Schema schema = new Schema.Parser().parse("""
                        {"type": "record", "name": "Order", "namespace": "shop", "doc": "One order", "fields": [
                          {"name": "line", "doc": "Its line", "type": {"type": "record", "name": "OrderPrepared", "fields": [
                            {"name": "sku", "type": "string", "default": "none"}]}}]}
                        """);
        Schema wire = WireSchema.of(schema);
        assertThat(wire.getFullName()).isEqualTo("shop.OrderPrepared_");
        assertThat(wire.getDoc()).isEqualTo("One order");
        assertThat(wire.getField("line").doc()).isEqualTo("Its line");
        assertThat(wire.getField("line").schema())
                .isEqualTo(schema.getField("line").schema());
        assertThat(new Schema.Parser().parse(wire.toString())).isEqualTo(wire);
    }

    @Test
    void systemFieldsHaveTheTypesOfTheContract() {
        Schema wire = PipelineDefinition.fromYaml(Definitions.SMALLEST).wireSchema();
        assertThat(wire.getField(SystemFields.INGEST_ID).schema().getType()).isEqualTo(Schema.Type.STRING);
        assertThat(wire.getField(SystemFields.SOURCE).schema().getType()).isEqualTo(Schema.Type.STRING);
        assertThat(wire.getField(SystemFields.RESCUED).schema()).hasToString("[\"null\",\"string\"]");
        assertThat(wire.getField(SystemFields.RESCUED).hasDefaultValue()).isTrue();
    }
}
