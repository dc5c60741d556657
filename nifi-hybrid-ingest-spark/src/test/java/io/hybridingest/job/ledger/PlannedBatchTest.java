package io.hybridingest.job.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannedBatchTest {
    /** As Spark 3.5 writes it. */
    private static final String LOGGED = """
            v1
            {"batchWatermarkMs":1769896800000,"batchTimestampMs":1769897800000,"conf":{"spark.sql.shuffle.partitions":"4"}}
            {"payments":{"0":17,"1":4}}""";

    private final Configuration hadoop = new Configuration();

    @TempDir
    private Path checkpoint;

    @Test
    void readsWhatAMicroBatchWasPlannedWith() throws IOException {
        Files.writeString(Files.createDirectories(checkpoint.resolve("offsets")).resolve("3"), LOGGED);

        assertThat(PlannedBatch.of(path(), 3, hadoop))
                .isEqualTo(new PlannedBatch(
                        new TreeMap<>(Map.of("payments", new TreeMap<>(Map.of(0, 17L, 1, 4L)))), 1_769_896_800_000L));
    }

    @Test
    void findsNothingWhereNothingWasPlanned() {
        assertThat(PlannedBatch.of(path(), 3, hadoop)).isEqualTo(PlannedBatch.NONE);
    }

    private org.apache.hadoop.fs.Path path() {
        return new org.apache.hadoop.fs.Path(checkpoint.toString());
    }
}
