package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a new table says about itself. */
class TablePropertiesTest {
    private static final String INTERVAL = "delta.checkpointInterval";
    private static final String CONF = "spark.databricks.delta.properties.defaults.checkpointInterval";

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @AfterEach
    void nothingInTheConf() {
        spark.conf().unset(CONF);
    }

    @Test
    void tablesThatAreAppendedToGetACheckpointOfTheirLogWithEveryFiftiethCommit() throws Exception {
        Orders orders = new Orders(home);

        batch(orders);

        assertThat(properties(orders.table()))
                .containsEntry(INTERVAL, "50")
                .containsEntry("delta.isolationLevel", "Serializable");
        assertThat(properties(orders.definition().table().quarantinePath())).containsEntry(INTERVAL, "50");
    }

    @Test
    void aTableThatIsMergedIntoKeepsDeltasOwnInterval() throws Exception {
        Orders orders = new Orders(home).write("upsert");

        batch(orders);

        assertThat(properties(orders.table()))
                .doesNotContainKey(INTERVAL)
                .containsEntry("delta.isolationLevel", "Serializable");
        assertThat(properties(orders.definition().table().quarantinePath())).containsEntry(INTERVAL, "50");
    }

    @Test
    void theConfDecides() throws Exception {
        spark.conf().set(CONF, "20");
        Orders orders = new Orders(home);

        batch(orders);

        assertThat(properties(orders.table())).containsEntry(INTERVAL, "20");
        assertThat(properties(orders.definition().table().quarantinePath())).containsEntry(INTERVAL, "20");
    }

    @Test
    void aTableThatIsThereIsLeftAsItIs() throws Exception {
        Orders orders = new Orders(home);
        batch(orders);
        spark.sql("ALTER TABLE delta.`%s` SET TBLPROPERTIES ('%s' = '7')".formatted(orders.table(), INTERVAL));

        orders.land("one.avro", orders.orders(0, 10));
        batch(orders);

        assertThat(properties(orders.table())).containsEntry(INTERVAL, "7");
    }

    private void batch(Orders orders) throws Exception {
        LaneRuns.run(spark, orders, "batch");
    }

    private Map<String, String> properties(String table) {
        return DeltaTable.forPath(spark, table)
                .detail()
                .select("properties")
                .first()
                .getJavaMap(0);
    }
}
