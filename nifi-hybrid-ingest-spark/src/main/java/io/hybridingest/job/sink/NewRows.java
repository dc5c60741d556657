package io.hybridingest.job.sink;

import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.udf;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Of some rows those that a table does not have: the identities themselves are compared, but only where their hashes give reason to. */
final class NewRows {
    private static final String THERE = "__there";

    private NewRows() {}

    /**
     * The first row of each identity that is not there.
     *
     * @param rows rows with the column {@code identity}
     * @param hash what an identity is known by, of rows and of {@code there}
     * @param doubtful ascending: hashes that several of the rows have, or that may be there
     * @param there the one column {@code identity}, empty where none of the hashes is there
     */
    static Dataset<Row> of(
            Dataset<Row> rows, String identity, Column hash, Broadcast<long[]> doubtful, Optional<Dataset<Row>> there) {
        UDF1<Long, Boolean> find = each -> Arrays.binarySearch(doubtful.value(), each) >= 0;
        Column isDoubtful = udf(find, DataTypes.BooleanType).apply(hash);
        Dataset<Row> first = rows.where(isDoubtful).dropDuplicates(identity);
        Dataset<Row> found = there.map(identities -> {
                    Dataset<Row> held = identities.where(isDoubtful).withColumnRenamed(identity, THERE);
                    return first.join(held, first.col(identity).equalTo(held.col(THERE)), "left_anti");
                })
                .orElse(first);
        return rows.where(not(isDoubtful)).union(found);
    }
}
