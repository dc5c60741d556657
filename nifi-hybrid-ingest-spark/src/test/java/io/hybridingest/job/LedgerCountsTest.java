package io.hybridingest.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.sink.QuarantineSink;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCountsTest {
    private static final StructType METADATA =
            StructType.fromDDL("batchId BIGINT, rowsIn BIGINT, rowsQuarantined BIGINT, rowsDropped BIGINT");

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void haveMicroBatchesThatBroughtNothingNewOrNothingAtAll() throws Exception {
        Orders orders = new Orders(home).checks("{name: large, require: amount >= 100}");
        orders.land("refused.avro", orders.orders(0, 10));
        LaneRuns.run(spark, orders, "batch");
        orders.land("good.avro", orders.orders(100, 110));
        LaneRuns.run(spark, orders, "batch");
        orders.land("duplicate.avro", orders.orders(100, 110));
        LaneRuns.run(spark, orders, "batch");
        LaneRuns.run(spark, orders, "batch");

        Dataset<Row> commits = history(orders.table())
                .withColumn("m", from_json(col("userMetadata"), METADATA))
                .where("m.batchId IS NOT NULL")
                .orderBy("version");
        assertThat(commits.select("m.batchId", "m.rowsIn", "m.rowsQuarantined").collectAsList().stream()
                        .map(Row::toString))
                .containsExactly("[0,10,10]", "[1,10,0]", "[2,10,0]");
        assertThat(spark.read().format("delta").load(orders.table()).count()).isEqualTo(10);
        assertThat(spark.read().format("delta").load(orders.table()).inputFiles())
                .as("a commit without rows leaves no file behind")
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void anEmptyLandingZoneIsNoFailure() throws Exception {
        Orders orders = new Orders(home);
        LaneRuns.run(spark, orders, "batch");
        LaneRuns.run(spark, orders, "batch");

        assertThat(spark.read().format("delta").load(orders.table()).count()).isZero();
        assertThat(history(orders.table()).where("userMetadata IS NOT NULL").count())
                .isZero();
    }

    @Test
    void quarantineLooksForAnIdentityInItsBucketOnly() throws Exception {
        Orders orders = new Orders(home).checks("{name: large, require: amount >= 100}");
        orders.land("a.avro", orders.orders(0, 60));
        LaneRuns.run(spark, orders, "batch");
        orders.land("b.avro", orders.orders(59, 61));
        LaneRuns.run(spark, orders, "batch");

        String quarantine = orders.table() + "_quarantine";
        assertThat(spark.read().format("delta").load(quarantine).count()).isEqualTo(61);
        Row merge = history(quarantine)
                .where("operation = 'MERGE'")
                .orderBy(col("version").desc())
                .first();
        assertThat(merge.<String, String>getJavaMap(merge.fieldIndex("operationParameters"))
                        .get("predicate"))
                .contains("id_bucket");
    }

    @Test
    void aQuarantineTableThatWasMadeWithoutBucketsIsUsedAsItIs() throws Exception {
        Orders orders = new Orders(home).checks("{name: large, require: amount >= 100}");
        String quarantine = orders.table() + "_quarantine";
        StructType columns = QuarantineSink.recordColumns(spark)
                .add("lane", DataTypes.StringType)
                .add("pipeline", DataTypes.StringType)
                .add("definition", DataTypes.StringType)
                .add("epoch", DataTypes.LongType);
        spark.createDataFrame(List.of(), columns).write().format("delta").save(quarantine);
        orders.land("a.avro", orders.orders(0, 10));
        LaneRuns.run(spark, orders, "batch");
        orders.land("b.avro", orders.orders(5, 15));
        LaneRuns.run(spark, orders, "batch");

        Dataset<Row> rows = spark.read().format("delta").load(quarantine);
        assertThat(rows.count()).isEqualTo(15);
        assertThat(rows.columns()).doesNotContain("id_bucket");
    }

    private Dataset<Row> history(String path) {
        return spark.sql("DESCRIBE HISTORY delta.`" + path + "`");
    }
}
