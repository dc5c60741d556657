package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class StopGateTest {
    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    @Timeout(120)
    void aBatchThatHasBegunEndsAndTheNextDoesNotBegin() throws Exception {
        StopGate gate = new StopGate();
        CountDownLatch first = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        VoidFunction2<Dataset<Row>, Long> batches = (batch, id) -> {
            gate.pass();
            begun.incrementAndGet();
            batch.count();
            first.countDown();
            assertThat(Thread.interrupted()).isFalse();
            ended.incrementAndGet();
        };
        StreamingQuery query = spark.readStream()
                .format("rate")
                .option("rowsPerSecond", 1000)
                .load()
                .writeStream()
                .option("checkpointLocation", home.resolve("checkpoint").toString())
                .trigger(Trigger.ProcessingTime(0, TimeUnit.MILLISECONDS))
                .foreachBatch(batches)
                .start();
        first.await();

        gate.close();
        gate.awaitEnd(query);

        assertThat(query.isActive()).isFalse();
        assertThat(query.exception().isEmpty()).isTrue();
        assertThat(ended.get()).isEqualTo(begun.get()).isPositive();
    }
}
