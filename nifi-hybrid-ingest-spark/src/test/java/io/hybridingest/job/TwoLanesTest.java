package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.ledger.Lane;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoLanesTest {
    private static final int ROUNDS = 3;
    private static final int PER_ROUND = 100;

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void insertEveryRecordOnceThoughBothCreateAndWriteAtTheSameMoment() throws Exception {
        assertOnce(new Orders(home));
    }

    @Test
    void insertEveryRecordOnceWherePartitionsFollowFromTheIdentity() throws Exception {
        assertOnce(new Orders(home).identity("order_id, placed_at"));
    }

    private void assertOnce(Orders orders) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService lanes = Executors.newFixedThreadPool(2);
        List<Future<Long>> inserted = new ArrayList<>();
        for (Lane lane : List.of(Lane.STREAM, Lane.BATCH)) {
            inserted.add(lanes.submit(lane(orders, lane, start)));
        }
        long total = 0;
        List<Throwable> failures = new ArrayList<>();
        for (Future<Long> each : inserted) {
            try {
                total += each.get(5, TimeUnit.MINUTES);
            } catch (ExecutionException e) {
                failures.add(e.getCause());
            }
        }
        lanes.shutdown();
        assertThat(failures).isEmpty();

        Dataset<Row> table = spark.read().format("delta").load(orders.table());
        long expected = (long) ROUNDS * PER_ROUND + PER_ROUND / 2;
        assertThat(table.count()).isEqualTo(expected);
        assertThat(table.select("order_id").distinct().count()).isEqualTo(expected);
        assertThat(total).as("rows inserted, by the lanes' own counts").isEqualTo(expected);
    }

    /** Each lane brings half of what the other brings, in the same round. */
    private Callable<Long> lane(Orders orders, Lane lane, CyclicBarrier start) {
        return () -> {
            try {
                return write(orders, lane, start);
            } finally {
                // The other lane does not wait for one that failed.
                start.reset();
            }
        };
    }

    private long write(Orders orders, Lane lane, CyclicBarrier start) throws Exception {
        SparkSession session = spark.newSession();
        session.conf().set("spark.sql.session.timeZone", "UTC");
        start.await();
        LaneWriter writer = new LaneWriter(session, orders, lane);
        long inserted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            start.await();
            int from = round * PER_ROUND + lane.ordinal() * PER_ROUND / 2;
            inserted += writer.write(rows(from, from + PER_ROUND));
        }
        return inserted;
    }

    private static List<Row> rows(long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(id -> LaneWriter.order(id, "c", (int) id, Orders.START.plusSeconds(id * 600)))
                .toList();
    }
}
