package io.hybridingest.job.source;

import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Reads Avro bodies straight into Spark's rows, without the objects that Spark's own {@code from_avro} makes of every value on the way.
 *
 * <p>For records whose fields are neither records nor arrays nor maps nor anything else that is rare. Gives the rows that {@code from_avro} gives in a session
 * whose {@code RebaseModeInRead} is {@code CORRECTED}, as the job's is. Not safe for use by several threads. Public for the code that Spark generates.
 */
public final class FlatBodies implements Serializable {
    private static final long serialVersionUID = 1;
    private static final long MICROS_PER_MILLI = 1000;

    private final String schemaJson;
    private final StructType columns;
    private transient Value[] values;
    private transient UnsafeRowWriter row;
    private transient BinaryDecoder decoder;

    private FlatBodies(Schema schema, StructType columns) {
        this.schemaJson = schema.toString();
        this.columns = columns;
    }

    /** Reads one value into a field of the row. */
    @FunctionalInterface
    private interface Value {
        void read(BinaryDecoder in, UnsafeRowWriter row, int field) throws IOException;
    }

    /**
     * The record that a body is, null where it is none.
     *
     * @param body column of bytes that hold no length beyond their end
     * @param columns what {@code from_avro} makes of the schema
     * @return empty where the schema has fields that this cannot read
     */
    static Optional<Column> record(Column body, Schema schema, StructType columns) {
        if (values(schema, columns).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Column(new Invoke(
                Literal.fromObject(new FlatBodies(schema, columns)),
                "read",
                columns,
                FlatBodies.<Expression>seq(body.expr()),
                FlatBodies.<AbstractDataType>seq(DataTypes.BinaryType),
                true,
                true,
                true)));
    }

    private static <T> Seq<T> seq(T only) {
        return JavaConverters.asScalaBuffer(List.of(only)).toSeq();
    }

    /** The record, valid until the next is read; null where the bytes are none. */
    public InternalRow read(byte[] body) {
        if (values == null) {
            values = values(new Schema.Parser().parse(schemaJson), columns).orElseThrow();
            row = new UnsafeRowWriter(values.length);
        }
        decoder = DecoderFactory.get().binaryDecoder(body, decoder);
        row.reset();
        row.zeroOutNullBytes();
        try {
            for (int field = 0; field < values.length; field++) {
                values[field].read(decoder, row, field);
            }
            return row.getRow();
        } catch (IOException | RuntimeException broken) {
            return null;
        }
    }

    private static Optional<Value[]> values(Schema schema, StructType columns) {
        List<Schema.Field> fields = schema.getFields();
        List<Optional<Value>> values = IntStream.range(0, fields.size())
                .mapToObj(field ->
                        value(fields.get(field).schema(), columns.apply(field).dataType()))
                .toList();
        return values.stream().allMatch(Optional::isPresent)
                ? Optional.of(values.stream().map(Optional::get).toArray(Value[]::new))
                : Optional.empty();
    }

    private static Optional<Value> value(Schema schema, DataType type) {
        return Optional.ofNullable(
                switch (schema.getType()) {
                    case BOOLEAN -> (Value) (in, row, field) -> row.write(field, in.readBoolean());
                    case INT ->
                        type.equals(DataTypes.IntegerType) || type.equals(DataTypes.DateType)
                                ? (in, row, field) -> row.write(field, in.readInt())
                                : null;
                    case LONG -> number(schema, type);
                    case FLOAT -> (in, row, field) -> row.write(field, in.readFloat());
                    case DOUBLE -> (in, row, field) -> row.write(field, in.readDouble());
                    case STRING -> bytes();
                    case BYTES -> type instanceof DecimalType decimal ? decimal(decimal) : bytes();
                    case UNION -> nullable(schema, type);
                    default -> null;
                });
    }

    private static Value number(Schema schema, DataType type) {
        boolean isTime = type.equals(DataTypes.TimestampType) || type.equals(DataTypes.TimestampNTZType);
        if (isTime && schema.getLogicalType().getName().endsWith("-millis")) {
            return (in, row, field) -> row.write(field, Math.multiplyExact(in.readLong(), MICROS_PER_MILLI));
        }
        return isTime || type.equals(DataTypes.LongType) ? (in, row, field) -> row.write(field, in.readLong()) : null;
    }

    /** Text, too: Spark's texts are bytes. */
    private static Value bytes() {
        Bytes bytes = new Bytes();
        return (in, row, field) -> {
            ByteBuffer read = bytes.read(in);
            row.write(field, read.array(), 0, read.limit());
        };
    }

    private static Value decimal(DecimalType type) {
        Bytes bytes = new Bytes();
        return (in, row, field) -> {
            ByteBuffer read = bytes.read(in);
            BigInteger unscaled = new BigInteger(read.array(), 0, read.limit());
            Decimal decimal = Decimal.apply(new BigDecimal(unscaled, type.scale()), type.precision(), type.scale());
            row.write(field, decimal, type.precision(), type.scale());
        };
    }

    /** A buffer that is used again. */
    private static final class Bytes {
        private ByteBuffer buffer;

        ByteBuffer read(BinaryDecoder in) throws IOException {
            buffer = in.readBytes(buffer);
            return buffer;
        }
    }

    /** Null or a value; of other unions Spark makes columns of their own. */
    private static Value nullable(Schema union, DataType type) {
        List<Schema> branches = union.getTypes();
        int none = branches.get(0).getType() == Schema.Type.NULL ? 0 : 1;
        if (branches.size() != 2 || branches.get(none).getType() != Schema.Type.NULL) {
            return null;
        }
        return value(branches.get(1 - none), type)
                .<Value>map(value -> (in, row, field) -> {
                    int branch = in.readIndex();
                    if (branch == none) {
                        row.setNullAt(field);
                    } else if (branch == 1 - none) {
                        value.read(in, row, field);
                    } else {
                        throw new IOException("A union of two has no branch " + branch);
                    }
                })
                .orElse(null);
    }
}
