package io.hybridingest.job.sink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * How a table's columns differ from those that are to be written.
 *
 * @param missing columns and fields of columns that the table lacks, each as {@code ADD COLUMNS} takes it
 * @param conflicts a phrase for each column that has another type
 */
record TableDifference(List<String> missing, List<String> conflicts) {
    TableDifference {
        missing = List.copyOf(missing);
        conflicts = List.copyOf(conflicts);
    }

    /** Compares names as Spark does, without regard to case. */
    static TableDifference between(StructType table, StructType wanted) {
        TableDifference.Comparison comparison = new Comparison(new ArrayList<>(), new ArrayList<>());
        comparison.compare("", "", table, wanted);
        return new TableDifference(comparison.missing(), comparison.conflicts());
    }

    private record Comparison(List<String> missing, List<String> conflicts) {
        void compare(String name, String sql, StructType table, StructType wanted) {
            for (StructField field : wanted.fields()) {
                String fieldName = name + field.name();
                String fieldSql = sql + DeltaLocation.quoted(field.name());
                Optional<StructField> column = Arrays.stream(table.fields())
                        .filter(candidate -> candidate.name().equalsIgnoreCase(field.name()))
                        .findFirst();
                if (column.isEmpty()) {
                    missing.add(fieldSql + " " + field.dataType().sql());
                } else if (column.get().dataType() instanceof StructType actual
                        && field.dataType() instanceof StructType struct) {
                    compare(fieldName + ".", fieldSql + ".", actual, struct);
                    requireNoMore(fieldName, actual, struct);
                } else if (!isSame(column.get().dataType(), field.dataType())) {
                    conflicts.add("the column %s is %s there, and %s here"
                            .formatted(
                                    fieldName,
                                    column.get().dataType().sql(),
                                    field.dataType().sql()));
                }
            }
        }

        /** A column may stay empty; Delta fills no field within one. */
        private void requireNoMore(String name, StructType table, StructType wanted) {
            Arrays.stream(table.fieldNames())
                    .filter(field -> Arrays.stream(wanted.fieldNames()).noneMatch(field::equalsIgnoreCase))
                    .forEach(field ->
                            conflicts.add("the column %s has a field %s there, and none here".formatted(name, field)));
        }

        private static boolean isSame(DataType table, DataType wanted) {
            return table.catalogString().equalsIgnoreCase(wanted.catalogString());
        }
    }
}
