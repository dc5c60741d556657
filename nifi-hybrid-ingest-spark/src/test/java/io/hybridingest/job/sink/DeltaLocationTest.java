package io.hybridingest.job.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaLocationTest {
    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void findsTheTableThatTheOtherLaneMadeAfterItLooked() throws IOException {
        StructType columns = new StructType().add("id", DataTypes.LongType);
        DeltaLocation ours = new DeltaLocation(home.resolve("ours").toString());
        DeltaLocation other = new DeltaLocation(home.resolve("other").toString());
        other.ensure(spark, columns, List.of(), Map.of());
        assertThat(ours.exists(spark)).isFalse();

        appearAt(home.resolve("ours"), home.resolve("other"));
        ours.ensure(spark, columns, List.of(), Map.of());

        assertThat(ours.exists(spark)).isTrue();
        assertThat(spark.read().format("delta").load(ours.path()).count()).isZero();
    }

    /** As another driver's table does: without this JVM's knowledge. */
    private static void appearAt(Path target, Path source) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(source.relativize(file)));
            }
        }
    }
}
