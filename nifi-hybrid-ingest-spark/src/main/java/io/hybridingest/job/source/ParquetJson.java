package io.hybridingest.job.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** Parquet's values as the JSON of the Kafka message: times ISO-8601, bytes Base64, decimals numbers. Stateless. */
final class ParquetJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);
    private static final long JULIAN_EPOCH_DAY = 2_440_588;

    private ParquetJson() {}

    /** A record; a field that is null is left out. */
    static ObjectNode object(Group group) {
        ObjectNode object = NODES.objectNode();
        GroupType type = group.getType();
        for (int i = 0; i < type.getFieldCount(); i++) {
            int count = group.getFieldRepetitionCount(i);
            if (type.getType(i).isRepetition(Type.Repetition.REPEATED)) {
                ArrayNode elements = object.putArray(type.getFieldName(i));
                for (int element = 0; element < count; element++) {
                    elements.add(value(group, i, element));
                }
            } else if (count > 0) {
                object.set(type.getFieldName(i), value(group, i, 0));
            }
        }
        return object;
    }

    private static JsonNode value(Group group, int field, int index) {
        Type type = group.getType().getType(field);
        if (type.isPrimitive()) {
            return primitive(group, field, index, type.asPrimitiveType());
        }
        Group nested = group.getGroup(field, index);
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        if (annotation instanceof ListLogicalTypeAnnotation) {
            return list(nested);
        }
        return annotation instanceof MapLogicalTypeAnnotation ? map(nested) : object(nested);
    }

    /** Three levels as the format's specification has it, or two as older writers had it. */
    private static ArrayNode list(Group list) {
        ArrayNode elements = NODES.arrayNode();
        Type repeated = list.getType().getType(0);
        boolean isWrapped = !repeated.isPrimitive()
                && repeated.asGroupType().getFieldCount() == 1
                && !repeated.getName().equals("array")
                && !repeated.getName().endsWith("_tuple");
        for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
            if (!isWrapped) {
                elements.add(value(list, 0, i));
                continue;
            }
            Group wrapper = list.getGroup(0, i);
            elements.add(wrapper.getFieldRepetitionCount(0) == 0 ? NODES.nullNode() : value(wrapper, 0, 0));
        }
        return elements;
    }

    private static ObjectNode map(Group map) {
        ObjectNode object = NODES.objectNode();
        for (int i = 0; i < map.getFieldRepetitionCount(0); i++) {
            Group entry = map.getGroup(0, i);
            JsonNode value = entry.getFieldRepetitionCount(1) == 0 ? NODES.nullNode() : value(entry, 1, 0);
            object.set(value(entry, 0, 0).asText(), value);
        }
        return object;
    }

    private static JsonNode primitive(Group group, int field, int index, PrimitiveType type) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> BooleanNode.valueOf(group.getBoolean(field, index));
            case FLOAT -> FloatNode.valueOf(group.getFloat(field, index));
            case DOUBLE -> DoubleNode.valueOf(group.getDouble(field, index));
            case INT32 -> whole(group.getInteger(field, index), annotation, true);
            case INT64 -> whole(group.getLong(field, index), annotation, false);
            case INT96 -> TextNode.valueOf(julian(group.getInt96(field, index)).toString());
            case BINARY, FIXED_LEN_BYTE_ARRAY -> binary(group.getBinary(field, index), annotation);
        };
    }

    private static JsonNode whole(long value, LogicalTypeAnnotation annotation, boolean isInt) {
        if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
            return DecimalNode.valueOf(BigDecimal.valueOf(value, decimal.getScale()));
        } else if (annotation instanceof DateLogicalTypeAnnotation) {
            return TextNode.valueOf(LocalDate.ofEpochDay(value).toString());
        } else if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
            Instant instant = Instant.EPOCH.plus(value, unit(timestamp));
            return TextNode.valueOf(
                    timestamp.isAdjustedToUTC()
                            ? instant.toString()
                            : LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString());
        }
        return isInt ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    private static ChronoUnit unit(TimestampLogicalTypeAnnotation timestamp) {
        return switch (timestamp.getUnit()) {
            case MILLIS -> ChronoUnit.MILLIS;
            case MICROS -> ChronoUnit.MICROS;
            case NANOS -> ChronoUnit.NANOS;
        };
    }

    private static Instant julian(Binary value) {
        ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long nanosOfDay = bytes.getLong();
        long day = bytes.getInt() - JULIAN_EPOCH_DAY;
        return Instant.ofEpochSecond(TimeUnit.DAYS.toSeconds(day), nanosOfDay);
    }

    private static JsonNode binary(Binary value, LogicalTypeAnnotation annotation) {
        if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
            return DecimalNode.valueOf(new BigDecimal(new BigInteger(value.getBytes()), decimal.getScale()));
        }
        return annotation == null ? BinaryNode.valueOf(value.getBytes()) : TextNode.valueOf(value.toStringUsingUTF8());
    }
}
