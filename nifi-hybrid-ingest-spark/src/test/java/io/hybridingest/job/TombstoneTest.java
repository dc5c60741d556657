package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.job.source.AvroBodies;
import io.hybridingest.job.transform.RecordTransform;
import io.hybridingest.job.transform.RefusedQueryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TombstoneTest {
    private static final String DELETED = null;

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void aDeletedRowStaysDeletedThroughEitherLaneUntilANewerRecordComes() {
        Orders orders = orders("tombstone: deleted");
        LaneWriter stream = new LaneWriter(spark, orders, Lane.STREAM);
        LaneWriter batch = new LaneWriter(spark, orders, Lane.BATCH);

        stream.write(List.of(at(1, "a", 0), at(2, "a", 0), at(3, "a", 0)));
        batch.write(List.of(at(1, DELETED, 10), at(4, DELETED, 10), at(3, DELETED, -10)));
        stream.write(List.of(at(1, "late", 5), at(4, "late", 5), at(5, "a", 0), at(5, DELETED, 1)));

        assertThat(rows(orders)).isEqualTo(Map.of(2L, "a", 3L, "a"));
        batch.write(List.of(at(1, "later", 9), at(4, "again", 20)));
        assertThat(rows(orders)).isEqualTo(Map.of(2L, "a", 3L, "a", 4L, "again"));
    }

    @Test
    void ofOneEventTimeTheDeleteStaysWhateverComesFirst() {
        Orders orders = orders("tombstone: deleted");
        LaneWriter stream = new LaneWriter(spark, orders, Lane.STREAM);
        List<Row> records = java.util.stream.LongStream.range(0, 10)
                .mapToObj(id -> at(id, "a", 0))
                .toList();
        List<Row> deletes = java.util.stream.LongStream.range(0, 10)
                .mapToObj(id -> at(id, DELETED, 0))
                .toList();

        stream.write(records.subList(0, 5));
        stream.write(deletes);
        stream.write(records);

        assertThat(rows(orders)).isEmpty();
    }

    @Test
    void theLedgerCountsThemAndMaintenanceForgetsThemAfterTheRetention() throws Exception {
        Orders orders = orders("tombstone: deleted, tombstone-retention: 30 days");
        List<GenericRecord> records = orders.orders(0, 5);
        records.get(3).put("customer", null);
        records.get(4).put("customer", null);
        orders.land("a.avro", records);

        LaneRuns.run(spark, orders, "batch");

        assertThat(newest(orders))
                .isEqualTo(
                        new CommitMetadata.RowCounts(5, 0, 0).withTombstones(2).withInserted(5));
        LaneRuns.run(spark, orders, "maintain");
        assertThat(table(orders).count()).as("markers within the retention").isEqualTo(5);
        orders.tableKeys("tombstone: deleted, tombstone-retention: 1 ms");
        LaneRuns.run(spark, orders, "maintain");
        assertThat(table(orders).count()).isEqualTo(3);
        assertThat(table(orders).where("deleted").count()).isZero();
    }

    @Test
    void maintainsATableThatNeverHadAny() throws Exception {
        Orders orders = orders("tombstone: deleted");
        LaneRuns.run(spark, orders, "maintain");

        assertThat(Path.of(orders.table())).doesNotExist();
    }

    @Test
    void refusesATombstoneThatTheTransformDoesNotGiveAsACondition() {
        assertThatThrownBy(() -> transform(orders("tombstone: gone")))
                .isInstanceOf(RefusedQueryException.class)
                .hasMessageStartingWith(
                        "The table's tombstone is gone, which the transform does not give. Add it, such as op = 'D' AS gone; it gives order_id,");
        assertThatThrownBy(() -> transform(orders("tombstone: customer")))
                .isInstanceOf(RefusedQueryException.class)
                .hasMessage(
                        "The table's tombstone customer is of type string. Write a condition, such as op = 'D' AS customer.");
    }

    private Orders orders(String keys) {
        return new Orders(home)
                .write("upsert")
                .transform("SELECT *, date(placed_at) AS day, customer IS NULL AS deleted FROM input")
                .tableKeys(keys);
    }

    private static Row at(long id, String customer, int seconds) {
        return LaneWriter.order(id, customer, 1, Orders.START.plusSeconds(seconds));
    }

    private void transform(Orders orders) {
        RecordTransform.validated(
                spark,
                orders.definition(),
                AvroBodies.columns(spark, orders.definition().wireSchema().toString()));
    }

    private org.apache.spark.sql.Dataset<Row> table(Orders orders) {
        return spark.read().format("delta").load(orders.table());
    }

    private Map<Long, String> rows(Orders orders) {
        Map<Long, String> customers = new TreeMap<>();
        table(orders)
                .where("NOT deleted")
                .collectAsList()
                .forEach(row -> customers.put(row.getAs("order_id"), row.getAs("customer")));
        return customers;
    }

    private CommitMetadata.RowCounts newest(Orders orders) {
        return TableLedger.open(
                        orders.table(),
                        "orders",
                        Lane.BATCH,
                        spark.sessionState().newHadoopConf())
                .newest()
                .orElseThrow()
                .rows();
    }
}
