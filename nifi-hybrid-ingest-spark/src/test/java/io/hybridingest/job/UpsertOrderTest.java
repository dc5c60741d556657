package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.ledger.Lane;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpsertOrderTest {
    private static final int IDENTITIES = 20;
    private static final int VERSIONS = 3;

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void ofEqualEventTimesTheSameRowStaysWhateverCameFirstAndThroughWhichLane() {
        List<String> together = table("together", List.of(List.of(0, 1, 2)), Lane.STREAM);

        assertThat(together).hasSize(IDENTITIES);
        assertThat(table("inTurn", List.of(List.of(0), List.of(1), List.of(2)), Lane.STREAM))
                .isEqualTo(together);
        assertThat(table("backwards", List.of(List.of(2), List.of(1), List.of(0)), Lane.BATCH))
                .isEqualTo(together);
        assertThat(table("inPart", List.of(List.of(2, 0), List.of(1, 0)), Lane.STREAM))
                .isEqualTo(together);
        assertThat(together.stream().map(row -> row.replaceAll(".*\"customer\":\"(.).*", "$1")))
                .as("no version wins for being the first, the last or the largest")
                .contains("0", "1", "2");
    }

    /** What the table holds after micro-batches of these versions, the lanes taking turns. */
    private List<String> table(String name, List<List<Integer>> batches, Lane first) {
        Orders orders = new Orders(home.resolve(name)).write("upsert");
        List<LaneWriter> lanes = new ArrayList<>(
                List.of(new LaneWriter(spark, orders, Lane.STREAM), new LaneWriter(spark, orders, Lane.BATCH)));
        if (first == Lane.BATCH) {
            Collections.reverse(lanes);
        }
        for (int i = 0; i < batches.size(); i++) {
            lanes.get(i % 2).write(shuffled(batches.get(i), name.hashCode()));
        }
        return spark
                .read()
                .format("delta")
                .load(orders.table())
                .drop("_ingest_lane", "_ingested_at")
                .toJSON()
                .collectAsList()
                .stream()
                .sorted()
                .toList();
    }

    /** The first half of the orders have versions of one event time, of the others the middle one is the newest. */
    private static List<Row> shuffled(List<Integer> versions, int seed) {
        List<Row> rows = new ArrayList<>();
        for (int version : versions) {
            for (int id = 0; id < IDENTITIES; id++) {
                int seconds = id < IDENTITIES / 2 || version != 1 ? 0 : 1;
                rows.add(LaneWriter.order(
                        id, Integer.toString(version % VERSIONS), version * 10, Orders.START.plusSeconds(seconds)));
            }
        }
        Collections.shuffle(rows, new Random(seed));
        return rows;
    }
}
