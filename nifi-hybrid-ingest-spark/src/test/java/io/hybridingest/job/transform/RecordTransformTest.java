package io.hybridingest.job.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.job.LocalSpark;
import io.hybridingest.job.Orders;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordTransformTest {
    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT * FROM input WHERE amount > 0                         | Filter is not possible. Leave records out with a check
            SELECT max(_ingest_id) AS _ingest_id FROM input              | Aggregate is not possible. Aggregate in a query over the table
            SELECT a.* FROM input a JOIN input b ON a.amount = b.amount  | Join is not possible. Join in a query over the table
            SELECT *, explode(array(1, 2)) AS n FROM input               | Generate is not possible. Keep the array
            SELECT DISTINCT * FROM input                                 | Distinct is not possible
            SELECT *, (SELECT max(amount) FROM input) AS m FROM input    | a subquery is not possible
            SELECT amount, date(placed_at) AS day FROM input             | has no column _ingest_id. Write SELECT *, …
            SELECT _ingest_id, date(placed_at) AS day FROM input         | has no column _source
            SELECT * FROM input                                          | partitioned by day, which the transform does not give
            SELECT *, amount AS customer, 1 AS day FROM input            | two columns named customer
            SELECT *, null AS day FROM input                             | gives column day no type. Write CAST(NULL AS STRING)
            SELECT *, 1 AS day, 'x' AS _ingest_lane FROM input           | which the job sets itself
            SELECT upper(_ingest_id) AS _ingest_id, _source, 1 AS day FROM input | The transform computes _ingest_id
            SELECT amuont FROM input                                     | amuont
            SELEC * FROM input                                           | no query over the view input
            SELECT * FROM elsewhere AS input                             | elsewhere
            """)
    void refusesWhatIsNotOneRowOfEachRow(String sql, String message) {
        Orders orders = new Orders(home).transform('"' + sql + '"');

        assertThatThrownBy(() -> validated(orders))
                .isInstanceOf(RefusedQueryException.class)
                .hasMessageContaining(message);
    }

    @Test
    void knowsWhichColumnsFollowFromTheIdentity() {
        Orders orders = new Orders(home)
                .identity("order_id, placed_at")
                .transform("SELECT *, date(at) AS day, at + make_interval(0, 0, 0, 1) AS next, current_date() AS today,"
                        + " order_id + amount AS both, rand() AS chance FROM (SELECT *, placed_at AS at FROM input)");

        RecordTransform transform = validated(orders);

        assertThat(transform.decidedByIdentity()).containsOnlyKeys("order_id", "placed_at", "at", "day", "next");
        assertThat(transform.eventTime()).contains("`placed_at`");
    }

    @Test
    void onlyTheIdentityItselfFollowsWhereThePartitionIsOfAnotherField() {
        assertThat(validated(new Orders(home).identity("order_id")).decidedByIdentity())
                .containsOnlyKeys("order_id");
    }

    @Test
    void upsertNeedsTheEventTimeAsItCame() {
        Orders orders = new Orders(home)
                .write("upsert")
                .transform("SELECT _ingest_id, _source, date(placed_at) AS day FROM input");

        assertThatThrownBy(() -> validated(orders))
                .isInstanceOf(RefusedQueryException.class)
                .hasMessageContaining("does not hold placed_at as it came");
    }

    private RecordTransform validated(Orders orders) {
        return RecordTransform.validated(spark, orders.definition(), orders.columns(spark));
    }
}
