package io.hybridingest.job.sink;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.Metadata;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.JavaConverters;

/**
 * Where in a table an identity can be: the partitions that have the same values in the columns that the identity decides. A place has a text,
 * which follows from a row as well as from what the log says of a file.
 *
 * @param columns partition columns that the identity decides; empty where it can be anywhere, which is one place
 */
record IdentityPlaces(List<String> columns) {
    /** Types whose text in the log is the one that Spark casts them to. */
    private static final Set<DataType> PLAIN = Set.of(
            DataTypes.StringType,
            DataTypes.DateType,
            DataTypes.BooleanType,
            DataTypes.ByteType,
            DataTypes.ShortType,
            DataTypes.IntegerType,
            DataTypes.LongType);

    private static final String SEPARATOR = "\u0001";
    private static final String NULL = "\u0002";

    IdentityPlaces {
        columns = List.copyOf(columns);
    }

    /** Whether the log names all these columns so, and their text in it is known beforehand. */
    static boolean areTold(List<String> columns, Metadata table) {
        List<String> names = JavaConverters.seqAsJavaList(table.partitionColumns());
        return columns.stream()
                .allMatch(column -> names.contains(column)
                        && PLAIN.contains(table.schema().apply(column).dataType()));
    }

    /** The place of a row of the table, or of one that is to come into it. */
    Column ofRow() {
        return joined(columns.stream()
                .map(column -> col(DeltaLocation.quoted(column)).cast(DataTypes.StringType))
                .toArray(Column[]::new));
    }

    /** The place of a file, as a column of the log's files. */
    Column ofLoggedFile() {
        return joined(columns.stream()
                .map(column -> col("partitionValues").getItem(column))
                .toArray(Column[]::new));
    }

    /** The place of a file. */
    String of(AddFile file) {
        Map<String, String> values = JavaConverters.mapAsJavaMap(file.partitionValues());
        return columns.stream()
                .map(values::get)
                .map(value -> value == null || value.isEmpty() ? NULL : value)
                .collect(Collectors.joining(SEPARATOR));
    }

    private static Column joined(Column... values) {
        if (values.length == 0) {
            return lit("");
        }
        Column[] present = new Column[values.length];
        for (int i = 0; i < values.length; i++) {
            // To Delta an empty text is null.
            present[i] = coalesce(org.apache.spark.sql.functions.when(values[i].notEqual(""), values[i]), lit(NULL));
        }
        return concat_ws(SEPARATOR, present);
    }
}
