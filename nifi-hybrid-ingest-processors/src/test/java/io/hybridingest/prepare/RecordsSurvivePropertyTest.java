package io.hybridingest.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.Reason;
import io.hybridingest.record.AvroRecords;
import io.hybridingest.record.RecordJson;
import io.hybridingest.record.Redaction;
import io.hybridingest.testing.NifiReaders;
import io.hybridingest.testing.Pipelines;
import io.hybridingest.testing.PlainValues;
import io.hybridingest.testing.RandomRecords;
import io.hybridingest.testing.RandomRecords.Carrier;
import io.hybridingest.testing.RandomRecords.Sample;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;

/** Any record that fits the schema comes out as it went in, whatever carried it. */
class RecordsSurvivePropertyTest {
    private static final Origin ORIGIN = new Origin("flowfile", "source");
    private static final RecordReaderFactory AVRO = NifiReaders.avro();
    private static final RecordReaderFactory JSON = NifiReaders.json();

    @Provide
    Arbitrary<Sample> samples() {
        return RandomRecords.of(Carrier.AVRO);
    }

    @Provide
    Arbitrary<Sample> jsonSamples() {
        return RandomRecords.of(Carrier.JSON);
    }

    @Provide
    Arbitrary<Sample> nifiSamples() {
        return RandomRecords.of(Carrier.NIFI);
    }

    @Property
    void preparingChangesNothingThatFits(@ForAll("samples") Sample sample) {
        GenericRecord prepared = prepared(sample, raw(sample.record()));

        assertThat(fields(prepared, sample)).isEqualTo(PlainValues.of(sample.record()));
    }

    @Property
    void preparingIsDeterministicAndOfWhatIsPreparedChangesNothing(@ForAll("samples") Sample sample) {
        GenericRecord once = prepared(sample, raw(sample.record()));
        GenericRecord again = prepared(sample, raw(sample.record()));
        GenericRecord twice = prepared(sample, raw(once));

        assertThat(PlainValues.of(again)).isEqualTo(PlainValues.of(once));
        assertThat(PlainValues.of(twice)).isEqualTo(PlainValues.of(once));
    }

    @Property
    void survivesAnAvroContainer(@ForAll("samples") Sample sample) throws IOException {
        GenericRecord prepared = prepared(sample, raw(sample.record()));

        GenericRecord read = readBack(container(prepared));

        assertThat(PlainValues.of(read)).isEqualTo(PlainValues.of(prepared));
        assertThat(PlainValues.of(prepared(sample, raw(read)))).isEqualTo(PlainValues.of(prepared));
    }

    @Property
    void survivesNifisReaderOfAvro(@ForAll("nifiSamples") Sample sample) throws IOException {
        List<Record> read = NifiReaders.read(AVRO, container(sample.record()));

        assertThat(read).hasSize(1);
        assertThat(PlainValues.of(prepared(sample, read.getFirst())))
                .isEqualTo(PlainValues.of(prepared(sample, raw(sample.record()))));
    }

    @Property
    void survivesAsARecordForNifisWriters(@ForAll("nifiSamples") Sample sample) {
        GenericRecord prepared = prepared(sample, raw(sample.record()));

        Record record = AvroRecords.record(prepared, AvroRecords.recordSchema(prepared.getSchema()));

        assertThat(PlainValues.of(prepared(sample, record))).isEqualTo(PlainValues.of(prepared));
    }

    /** Bytes, NaN and the infinities are not among the samples: JSON has none of them. */
    @Property
    void survivesJsonWhoseSchemaIsInferred(@ForAll("jsonSamples") Sample sample) {
        survivesJson(sample, JSON);
    }

    /** As above. */
    @Property(tries = 100)
    void survivesJsonOfAGivenSchema(@ForAll("jsonSamples") Sample sample) {
        survivesJson(sample, NifiReaders.json(sample.pipeline().schema()));
    }

    /**
     * NiFi's reader takes fractions for doubles; what one cannot hold must not become another amount. Left out is what nobody can tell from
     * a shorter amount once it is a double, as 3357829286673.4301 from 3357829286673.43.
     */
    @Property
    void decimalsAsJsonNumbersAreExactOrInvalid(@ForAll("decimals") BigDecimal amount) {
        PipelineDefinition pipeline = Pipelines.ofValue("{type: bytes, logicalType: decimal, precision: 24, scale: 4}");
        String json = "{\"id\": 1, \"at\": \"2024-01-31T12:00:00Z\", \"value\": " + amount.toPlainString() + "}";
        Record read =
                NifiReaders.read(JSON, json.getBytes(StandardCharsets.UTF_8)).getFirst();

        switch (Preparation.of(pipeline, new byte[0]).prepare(read, ORIGIN, 0)) {
            case Outcome.Prepared(GenericRecord prepared) ->
                assertThat(AvroRecords.readable(
                                prepared.get("value"),
                                pipeline.schema().getField("value").schema()))
                        .isEqualTo(amount);
            case Outcome.Invalid invalid ->
                assertThat(invalid.reasons()).extracting(Reason::code).containsExactly("precision-loss");
        }
    }

    @Provide
    Arbitrary<BigDecimal> decimals() {
        return Arbitraries.bigDecimals()
                .between(new BigDecimal("-99999999999999999999"), new BigDecimal("99999999999999999999"))
                .ofScale(4)
                .map(decimal -> decimal.setScale(4))
                .filter(decimal -> decimal.stripTrailingZeros().precision() <= 15
                        || new BigDecimal(Double.toString(decimal.doubleValue())).precision() > 15);
    }

    /** A whole number is not the text of it. Text may be any of the branches, as all is text in CSV. */
    @Property
    void valuesOfAUnionStayInTheBranchTheyAreOf(@ForAll("unions") String union, @ForAll("branches") Object value) {
        PipelineDefinition pipeline = Pipelines.ofValue(union);
        Map<String, Object> values = Map.of("id", 1L, "at", "2024-01-31T12:00:00Z", "value", value);
        Record record = new MapRecord(new SimpleRecordSchema(List.of()), values);

        Outcome outcome = Preparation.of(pipeline, new byte[0]).prepare(record, ORIGIN, 0);

        assertThat(((Outcome.Prepared) outcome).record().get("value")).isEqualTo(value);
    }

    @Provide
    Arbitrary<String> unions() {
        List<String> branches = List.of("string", "long", "boolean", "double");
        return Arbitraries.shuffle(branches).map(List::toString);
    }

    @Provide
    Arbitrary<Object> branches() {
        return Arbitraries.of(5L, 0L, 1L, true, false, 5.5, 1.0);
    }

    private static void survivesJson(Sample sample, RecordReaderFactory reader) {
        GenericRecord prepared = prepared(sample, raw(sample.record()));
        byte[] json = RecordJson.bytes(sample.record(), Redaction.NOTHING);

        List<Record> read = NifiReaders.read(reader, json);

        assertThat(read).hasSize(1);
        assertThat(PlainValues.of(prepared(sample, read.getFirst()))).isEqualTo(PlainValues.of(prepared));
    }

    private static GenericRecord prepared(Sample sample, Record record) {
        Outcome outcome = Preparation.of(sample.pipeline(), new byte[0]).prepare(record, ORIGIN, 0);
        assertThat(outcome).isInstanceOf(Outcome.Prepared.class);
        return ((Outcome.Prepared) outcome).record();
    }

    private static Map<String, Object> fields(GenericRecord prepared, Sample sample) {
        Map<String, Object> fields = new LinkedHashMap<>();
        sample.pipeline()
                .schema()
                .getFields()
                .forEach(field -> fields.put(field.name(), PlainValues.of(prepared.get(field.name()))));
        return fields;
    }

    /** The record as a reader delivers it that loses nothing. */
    private static Record raw(IndexedRecord record) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Schema.Field field : record.getSchema().getFields()) {
            values.put(field.name(), rawValue(record.get(field.pos()), field.schema()));
        }
        return new MapRecord(new SimpleRecordSchema(List.of()), values);
    }

    private static Object rawValue(Object value, Schema declared) {
        return switch (AvroRecords.readable(value, declared)) {
            case null -> null;
            case IndexedRecord record -> raw(record);
            case List<?> items -> {
                Schema element = AvroRecords.branch(value, declared).getElementType();
                yield items.stream().map(item -> rawValue(item, element)).toArray();
            }
            case Map<?, ?> map -> {
                Schema type = AvroRecords.branch(value, declared).getValueType();
                Map<String, Object> entries = new LinkedHashMap<>();
                map.forEach((key, entry) -> entries.put(key.toString(), rawValue(entry, type)));
                yield entries;
            }
            case GenericFixed fixed -> fixed.bytes();
            case Utf8 text -> text.toString();
            case GenericEnumSymbol<?> symbol -> symbol.toString();
            case Object other -> other;
        };
    }

    private static byte[] container(GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<>(record.getSchema()))) {
            writer.create(record.getSchema(), out).append(record);
        }
        return out.toByteArray();
    }

    private static GenericRecord readBack(byte[] container) throws IOException {
        try (DataFileStream<GenericRecord> stream =
                new DataFileStream<>(new ByteArrayInputStream(container), new GenericDatumReader<>())) {
            return stream.next();
        }
    }
}
