package io.hybridingest.testing;

import io.hybridingest.pipeline.PipelineDefinition;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Pipelines of any schema that a definition accepts, with records that fit it. */
public final class RandomRecords {
    private static final int DEEPEST = 3;
    private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final long MILLIS_PER_DAY = 86_400_000L;

    /** What a record is carried by, which decides what can be in it. */
    public enum Carrier {
        /** Everything. */
        AVRO,
        /**
         * NiFi's reader of Avro cuts times off at the millisecond, and takes date-times without zone for bare numbers:
         * there are none.
         */
        NIFI,
        /**
         * JSON has no bytes and no numbers beyond all numbers; NiFi's reader takes fractions for doubles, which hold
         * fifteen digits.
         */
        JSON
    }

    private final Carrier carrier;

    private RandomRecords(Carrier carrier) {
        this.carrier = carrier;
    }

    /**
     * A pipeline and a record of its schema.
     *
     * @param record an instance of the pipeline's schema, not of its wire schema
     */
    public record Sample(PipelineDefinition pipeline, GenericRecord record) {
        @Override
        public String toString() {
            return record + " of " + pipeline.schema();
        }
    }

    /** Samples that the carrier can carry exactly. */
    public static Arbitrary<Sample> of(Carrier carrier) {
        RandomRecords random = new RandomRecords(carrier);
        return random.fields("Top", DEEPEST, 6).map(RandomRecords::pipeline).flatMap(pipeline -> random.value(
                        pipeline.schema())
                .map(record -> new Sample(pipeline, (GenericRecord) record)));
    }

    private static PipelineDefinition pipeline(List<Schema.Field> random) {
        List<Schema.Field> fields = new ArrayList<>();
        fields.add(new Schema.Field("id", Schema.create(Schema.Type.LONG)));
        fields.add(new Schema.Field("at", LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG))));
        fields.addAll(random);
        Schema schema = Schema.createRecord("Top", null, null, false, fields);
        return PipelineDefinition.fromYaml("""
                pipeline: random
                schema: %s
                identity: [id]
                event-time: {field: at}
                prepare: {unknown-fields: drop}
                batch: {landing: /landing}
                table: {path: /table}
                """.formatted(schema));
    }

    private Arbitrary<List<Schema.Field>> fields(String path, int depth, int most) {
        return Arbitraries.integers().between(1, most).flatMap(count -> {
            List<Arbitrary<Schema.Field>> fields = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String name = "f" + i;
                fields.add(type(path + "_" + i, depth).map(schema -> new Schema.Field(name, schema)));
            }
            return Combinators.combine(fields).as(list -> list);
        });
    }

    /** Names of nested types derive from their path, so that each is there once. */
    private Arbitrary<Schema> type(String path, int depth) {
        Arbitrary<Schema> present = depth == 0
                ? leaf(path)
                : Arbitraries.frequencyOf(
                        Tuple.of(6, leaf(path)),
                        Tuple.of(
                                1,
                                Arbitraries.lazy(() -> type(path + "_a", depth - 1))
                                        .map(Schema::createArray)),
                        Tuple.of(
                                1,
                                Arbitraries.lazy(() -> type(path + "_m", depth - 1))
                                        .map(Schema::createMap)),
                        Tuple.of(
                                1,
                                Arbitraries.lazy(() -> fields(path + "_r", depth - 1, 3))
                                        .map(fields -> Schema.createRecord("R" + path, null, null, false, fields))));
        return Combinators.combine(present, Arbitraries.of(0, 0, 1, 2)).as(RandomRecords::nullable);
    }

    private static Schema nullable(Schema schema, int how) {
        Schema none = Schema.create(Schema.Type.NULL);
        return switch (how) {
            case 1 -> Schema.createUnion(none, schema);
            case 2 -> Schema.createUnion(schema, none);
            default -> schema;
        };
    }

    private Arbitrary<Schema> leaf(String path) {
        Arbitrary<Schema> everywhere = Arbitraries.oneOf(
                Arbitraries.of(
                                Schema.Type.BOOLEAN,
                                Schema.Type.INT,
                                Schema.Type.LONG,
                                Schema.Type.FLOAT,
                                Schema.Type.DOUBLE,
                                Schema.Type.STRING)
                        .map(Schema::create),
                decimals(path),
                Arbitraries.of(times()).map(logical -> logical.addToSchema(Schema.create(Schema.Type.LONG))),
                Arbitraries.of(LogicalTypes.date(), LogicalTypes.timeMillis())
                        .map(logical -> logical.addToSchema(Schema.create(Schema.Type.INT))),
                Arbitraries.create(() -> LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING))),
                Arbitraries.integers()
                        .between(1, 4)
                        .map(count -> Schema.createEnum(
                                "E" + path,
                                null,
                                null,
                                List.of("A", "b", "C_1", "d").subList(0, count))));
        Arbitrary<Schema> binary = Arbitraries.oneOf(
                Arbitraries.create(() -> Schema.create(Schema.Type.BYTES)),
                Arbitraries.integers().between(1, 8).map(size -> Schema.createFixed("F" + path, null, null, size)));
        return carrier == Carrier.JSON
                ? everywhere
                : Arbitraries.frequencyOf(Tuple.of(6, everywhere), Tuple.of(1, binary));
    }

    private List<LogicalType> times() {
        List<LogicalType> times = new ArrayList<>(
                List.of(LogicalTypes.timestampMicros(), LogicalTypes.timestampMillis(), LogicalTypes.timeMicros()));
        if (carrier != Carrier.NIFI) {
            times.addAll(List.of(LogicalTypes.localTimestampMicros(), LogicalTypes.localTimestampMillis()));
        }
        return times;
    }

    private Arbitrary<Schema> decimals(String path) {
        return Arbitraries.integers()
                .between(1, carrier == Carrier.JSON ? 15 : 38)
                .flatMap(precision -> Combinators.combine(
                                Arbitraries.integers().between(0, precision), Arbitraries.of(true, false))
                        .as((scale, fixed) -> LogicalTypes.decimal(precision, scale)
                                .addToSchema(
                                        fixed
                                                ? Schema.createFixed("D" + path, null, null, 17)
                                                : Schema.create(Schema.Type.BYTES))));
    }

    private Arbitrary<Object> value(Schema schema) {
        LogicalType logical = schema.getLogicalType();
        if (logical != null) {
            return logical(schema, logical);
        }
        return switch (schema.getType()) {
            case RECORD -> record(schema);
            case ARRAY -> value(schema.getElementType()).list().ofMaxSize(3).map(items -> items);
            case MAP ->
                Arbitraries.maps(text().ofMinLength(1), value(schema.getValueType()))
                        .ofMaxSize(3)
                        .map(map -> map);
            case UNION -> {
                Schema other = schema.getTypes().get(schema.getTypes().get(0).getType() == Schema.Type.NULL ? 1 : 0);
                yield value(other).injectNull(0.3);
            }
            case BOOLEAN -> Arbitraries.of(true, false).map(value -> value);
            case INT -> Arbitraries.integers().map(value -> value);
            case LONG -> Arbitraries.longs().map(value -> value);
            case FLOAT -> floats();
            case DOUBLE -> doubles();
            case STRING -> text().map(value -> value);
            case BYTES -> bytes(0, 20).map(ByteBuffer::wrap);
            case FIXED ->
                bytes(schema.getFixedSize(), schema.getFixedSize()).map(value -> new GenericData.Fixed(schema, value));
            case ENUM ->
                Arbitraries.of(schema.getEnumSymbols()).map(value -> new GenericData.EnumSymbol(schema, value));
            case NULL -> throw new IllegalStateException("No field is of type null");
        };
    }

    private Arbitrary<Object> logical(Schema schema, LogicalType logical) {
        return switch (logical) {
            case LogicalTypes.Decimal decimal -> unscaled(decimal).map(value -> decimalValue(schema, value));
            case LogicalTypes.Date ignored ->
                Arbitraries.longs().between(FIRST_DAY, LAST_DAY).map(Long::intValue);
            case LogicalTypes.TimeMillis ignored ->
                Arbitraries.integers().between(0, (int) MILLIS_PER_DAY - 1).map(value -> value);
            case LogicalTypes.TimeMicros ignored -> units(0, MILLIS_PER_DAY * 1_000 - 1, 1_000);
            case LogicalTypes.TimestampMillis ignored -> moments(1);
            case LogicalTypes.LocalTimestampMillis ignored -> moments(1);
            case LogicalTypes.TimestampMicros ignored -> moments(1_000);
            case LogicalTypes.LocalTimestampMicros ignored -> moments(1_000);
            default ->
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                        .as((high, low) -> new UUID(high, low).toString());
        };
    }

    private Arbitrary<Object> moments(long unitsPerMilli) {
        long unitsPerDay = MILLIS_PER_DAY * unitsPerMilli;
        return units(FIRST_DAY * unitsPerDay, LAST_DAY * unitsPerDay, unitsPerMilli);
    }

    private Arbitrary<Object> units(long first, long last, long unitsPerMilli) {
        long step = carrier == Carrier.NIFI ? unitsPerMilli : 1;
        return Arbitraries.longs().between(first, last).map(value -> Math.floorDiv(value, step) * step);
    }

    private static Arbitrary<BigInteger> unscaled(LogicalTypes.Decimal decimal) {
        BigInteger limit = BigInteger.TEN.pow(decimal.getPrecision()).subtract(BigInteger.ONE);
        return Arbitraries.bigIntegers().between(limit.negate(), limit);
    }

    private static Object decimalValue(Schema schema, BigInteger unscaled) {
        byte[] bytes = unscaled.toByteArray();
        if (schema.getType() != Schema.Type.FIXED) {
            return ByteBuffer.wrap(bytes);
        }
        byte[] padded = new byte[schema.getFixedSize()];
        java.util.Arrays.fill(padded, (byte) (unscaled.signum() < 0 ? -1 : 0));
        System.arraycopy(bytes, 0, padded, padded.length - bytes.length, bytes.length);
        return new GenericData.Fixed(schema, padded);
    }

    private Arbitrary<Object> record(Schema schema) {
        List<Arbitrary<Object>> values =
                schema.getFields().stream().map(field -> value(field.schema())).toList();
        return Combinators.combine(values).as(list -> {
            GenericRecord record = new GenericData.Record(schema);
            schema.getFields().forEach(field -> record.put(field.pos(), list.get(field.pos())));
            return record;
        });
    }

    private Arbitrary<Object> floats() {
        Arbitrary<Float> finite = Arbitraries.floats();
        return (carrier == Carrier.JSON
                        ? finite
                        : finite.injectNull(0.1).map(value -> value == null ? Float.NaN : value))
                .map(value -> value);
    }

    private Arbitrary<Object> doubles() {
        Arbitrary<Double> finite = Arbitraries.doubles();
        return (carrier == Carrier.JSON
                        ? finite
                        : finite.injectNull(0.1).map(value -> value == null ? Double.NEGATIVE_INFINITY : value))
                .map(value -> value);
    }

    /** Any text that UTF-8 can hold: no lone surrogates. */
    private static net.jqwik.api.arbitraries.StringArbitrary text() {
        return Arbitraries.strings()
                .withCharRange('\u0000', '\uD7FF')
                .withCharRange('\uE000', '\uFFFF')
                .ofMaxLength(12);
    }

    private static Arbitrary<byte[]> bytes(int least, int most) {
        return Arbitraries.bytes().array(byte[].class).ofMinSize(least).ofMaxSize(most);
    }
}
