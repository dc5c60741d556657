package io.hybridingest.job.sink;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_date;

import java.time.LocalDate;
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
 * @param isADay whether it is one column, of dates
 */
record IdentityPlaces(List<String> columns, boolean isADay) {
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

    /** The places of a table whose log tells them. */
    static IdentityPlaces of(List<String> columns, Metadata table) {
        boolean isADay = columns.size() == 1
                && table.schema().apply(columns.get(0)).dataType().equals(DataTypes.DateType);
        return new IdentityPlaces(columns, isADay);
    }

    /** Whether the log names all these columns so, and their text in it is known beforehand. */
    static boolean areTold(List<String> columns, Metadata table) {
        List<String> names = JavaConverters.seqAsJavaList(table.partitionColumns());
        return columns.stream()
                .allMatch(column -> names.contains(column)
                        && PLAIN.contains(table.schema().apply(column).dataType()));
    }

    /** What {@link #text} makes the place of, for a row of the table or one that is to come into it: a day as it is, as its text takes long to make. */
    Column ofRow() {
        return isADay
                ? unix_date(col(DeltaLocation.quoted(columns.get(0))))
                : joined(columns.stream()
                        .map(column -> col(DeltaLocation.quoted(column)).cast(DataTypes.StringType))
                        .toArray(Column[]::new));
    }

    /**
     * A place's text.
     *
     * @param ofRow days since 1970, null where the row has none, or the text itself
     */
    static String text(Object ofRow) {
        if (ofRow == null) {
            return NULL;
        }
        return ofRow instanceof Integer day ? LocalDate.ofEpochDay(day).toString() : (String) ofRow;
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
