package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompatibilityTest {
    @ParameterizedTest
    @MethodSource("io.hybridingest.pipeline.ChangedDefinitions#changes")
    void saysWhatBreaks(ChangedDefinitions.Change change) {
        Compatibility compatibility = older().compatibilityWith(newer(change));
        assertThat(compatibility.breaks())
                .extracting(DefinitionChange::toString)
                .containsExactlyElementsOf(change.breaks());
        assertThat(compatibility.compatible()).isEqualTo(change.breaks().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("io.hybridingest.pipeline.ChangedDefinitions#changes")
    void missesNothingThatAvroRefuses(ChangedDefinitions.Change change) {
        boolean refused;
        try {
            refused = SchemaCompatibility.checkReaderWriterCompatibility(
                                    newer(change).wireSchema(), older().wireSchema())
                            .getType()
                    != SchemaCompatibilityType.COMPATIBLE;
        } catch (org.apache.avro.AvroRuntimeException ambiguous) {
            refused = true;
        }
        assertThat(refused).isEqualTo(change.seenByAvro());
    }

    @ParameterizedTest
    @MethodSource("io.hybridingest.pipeline.ChangedDefinitions#changes")
    void olderRecordsAreReadWhereNothingBreaks(ChangedDefinitions.Change change) throws IOException {
        if (!change.breaks().isEmpty()) {
            return;
        }
        Schema newer = newer(change).wireSchema();
        for (Object record : new RandomData(older().wireSchema(), 50)) {
            Object read = read(encoded(record), newer);
            assertThat(GenericData.get().validate(newer, read)).isTrue();
        }
    }

    @Test
    void namesAllBreaksAtOnceAndNotesApart() {
        Compatibility compatibility = older().compatibilityWith(PipelineDefinition.fromYaml(ChangedDefinitions.OLDER
                .replace("    - {name: count, type: int}\n", "")
                .replace("[NEW, PAID]", "[PAID]")
                .replace("{name: city, type: string}", "{name: city, type: int}")
                .replace("/landing/orders", "/landing/orders-2")
                .replace("/tables/orders", "/tables/orders-2")
                .replace(
                        "event-time:",
                        "stream: {topic: orders-2}\nprepare: {normalise: {zone: Europe/Madrid}}\nevent-time:")));
        assertThat(compatibility.breaks()).extracting(DefinitionChange::path).containsExactly("status", "address.city");
        assertThat(compatibility.notes())
                .extracting(DefinitionChange::toString)
                .containsExactly(
                        "count: is not in the schema any more, and its values in older records are ignored."
                                + " Where it has another name, write the older one as its alias: {name: ..., aliases: [count]}",
                        "prepare.normalise: reads text in another way than before: a record that is sent again gets another"
                                + " identity where a number or a time in its identity is read as another value."
                                + " Change it between two deliveries, or keep it",
                        "stream.topic: was 'orders' and is 'orders-2', and records that are still in the older one are not read."
                                + " Let the older definition finish what is there, or move it along",
                        "batch.landing: was '/landing/orders' and is '/landing/orders-2', and files that are still in the older"
                                + " one are not read. Let the older definition finish what is there, or move it along",
                        "table.path: was '/tables/orders' and is '/tables/orders-2', and records that are in the older one are"
                                + " unknown to the newer one, and come in again when they are sent again."
                                + " Let the older definition finish what is there, or move it along");
    }

    @Test
    void notesRoundedNumbersAndWhatMessagesInTheTopicMeet() {
        Compatibility compatibility = older().compatibilityWith(PipelineDefinition.fromYaml(
                ChangedDefinitions.OLDER.replace("{name: count, type: int}", "{name: count, type: float}")));
        assertThat(compatibility.compatible()).isTrue();
        assertThat(compatibility.notes())
                .extracting(DefinitionChange::toString)
                .containsExactly(
                        "count: was int and is float: whole numbers beyond 16777216 are rounded."
                                + " Keep the type where there are such numbers",
                        "schema: has another fingerprint than the messages that are still in the topic; the job reads them by"
                                + " Avro's rules of resolution."
                                + " Nothing is to be done where a job has run with the definition before");
    }

    @Test
    void anIdentityFieldMayBeRenamedByAliasButNotTheFieldsOfAnIdentityRecord() {
        String byRecord = ChangedDefinitions.OLDER.replace("[id, customer]", "[id, address]");
        PipelineDefinition older = PipelineDefinition.fromYaml(byRecord);
        String renamed = byRecord.replace("{name: id,", "{name: order_id, aliases: [id],")
                .replace("[id, ", "[order_id, ");
        assertThat(older.compatibilityWith(PipelineDefinition.fromYaml(renamed)).breaks())
                .isEmpty();
        String within = byRecord.replace("{name: city,", "{name: town, aliases: [city],");
        assertThat(older.compatibilityWith(PipelineDefinition.fromYaml(within)).breaks())
                .extracting(DefinitionChange::toString)
                .containsExactly("address: is a record of other parts than before, so the same record would get another"
                        + " identity and come in twice. Keep the types of identity fields");
    }

    @Test
    void aTombstoneThatIsNoneAnyMoreIsNoted() {
        String deleting = ChangedDefinitions.OLDER.replace(
                "{path: /tables/orders}", "{path: /tables/orders, write: upsert, tombstone: gone}");
        PipelineDefinition older = PipelineDefinition.fromYaml(deleting);

        assertThat(older.compatibilityWith(PipelineDefinition.fromYaml(deleting.replace(", tombstone: gone", "")))
                        .notes())
                .extracting(DefinitionChange::toString)
                .containsExactly("table.tombstone: was 'gone', and the markers of the rows that it has deleted become"
                        + " ordinary rows. Delete the rows in which it is true from the table, or keep it");
        assertThat(older.compatibilityWith(older).notes()).isEmpty();
        assertThat(older().compatibilityWith(older).notes()).isEmpty();
    }

    private static PipelineDefinition older() {
        return PipelineDefinition.fromYaml(ChangedDefinitions.OLDER);
    }

    private static PipelineDefinition newer(ChangedDefinitions.Change change) {
        assertThat(ChangedDefinitions.OLDER).contains(change.text());
        return PipelineDefinition.fromYaml(ChangedDefinitions.OLDER.replace(change.text(), change.with()));
    }

    private static byte[] encoded(Object record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(older().wireSchema()).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static Object read(byte[] encoded, Schema newer) throws IOException {
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(encoded, null);
        return new GenericDatumReader<>(older().wireSchema(), newer).read(null, decoder);
    }
}
