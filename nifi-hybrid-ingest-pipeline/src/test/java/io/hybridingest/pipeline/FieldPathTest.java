package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class FieldPathTest {
    private final Schema schema = new Schema.Parser().parse("""
                    {"type": "record", "name": "Order", "fields": [
                      {"name": "id", "type": "long"},
                      {"name": "note", "type": ["string", "null"]},
                      {"name": "mixed", "type": ["null", "string", "long"]},
                      {"name": "address", "type": ["null", {"type": "record", "name": "Address", "fields": [
                        {"name": "city", "type": "string"}]}]}]}
                    """);

    @Test
    void findsFieldsOfTheRecord() {
        FieldPath id = FieldPath.find(schema, "id").orElseThrow();
        assertThat(id.type().getType()).isEqualTo(Schema.Type.LONG);
        assertThat(id.nullable()).isFalse();
        assertThat(id.steps()).extracting(Schema.Field::pos).containsExactly(0);
    }

    @Test
    void takesNullOutOfTheType() {
        FieldPath note = FieldPath.find(schema, "note").orElseThrow();
        assertThat(note.type().getType()).isEqualTo(Schema.Type.STRING);
        assertThat(note.nullable()).isTrue();
        FieldPath mixed = FieldPath.find(schema, "mixed").orElseThrow();
        assertThat(mixed.type().getTypes())
                .extracting(Schema::getType)
                .containsExactly(Schema.Type.STRING, Schema.Type.LONG);
    }

    @Test
    void aFieldInARecordThatMayBeNullMayBeNull() {
        FieldPath city = FieldPath.find(schema, "address.city").orElseThrow();
        assertThat(city.type().getType()).isEqualTo(Schema.Type.STRING);
        assertThat(city.nullable()).isTrue();
        assertThat(city.steps()).extracting(Schema.Field::name).containsExactly("address", "city");
    }

    @Test
    void findsNothingElse() {
        assertThat(FieldPath.find(schema, "address.zip")).isEmpty();
        assertThat(FieldPath.find(schema, "id.digits")).isEmpty();
        assertThat(FieldPath.find(schema, "address.")).isEmpty();
        assertThat(FieldPath.find(schema, "")).isEmpty();
    }
}
