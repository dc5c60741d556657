package io.hybridingest.job.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.job.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaLocationTest {
    private static final int ROUNDS = 80;
    private static final int MOST_MILLIS_LATER = 40;

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

    @Test
    void lanesThatMakeTheSameTableAtOnceBothHaveIt() throws Exception {
        StructType columns = StructType.fromDDL("id BIGINT, day DATE");
        Map<String, String> properties = Map.of("delta.isolationLevel", "Serializable", "own.note", "x");
        ScheduledExecutorService lanes = Executors.newScheduledThreadPool(2);
        for (int round = 0; round < ROUNDS; round++) {
            DeltaLocation table =
                    new DeltaLocation(home.resolve("table" + round).toString());
            List<Future<Object>> made = new ArrayList<>();
            for (int lane = 0; lane < 2; lane++) {
                SparkSession session = spark.newSession();
                Callable<Object> making = () -> {
                    table.ensure(session, columns, List.of("day"), properties);
                    return null;
                };
                made.add(lanes.schedule(making, lane * (round % MOST_MILLIS_LATER), TimeUnit.MILLISECONDS));
            }
            for (Future<Object> each : made) {
                each.get(1, TimeUnit.MINUTES);
            }
            assertThat(table.partitionColumns(spark)).containsExactly("day");
            assertThat(table.property(spark, "delta.isolationLevel")).contains("Serializable");
            assertThat(table.property(spark, "own.note")).contains("x");
        }
        lanes.shutdown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"_delta_log", "_schemas"})
    void makesATableWhereACrashHasLeftADirectoryWithoutOne(String left) throws IOException {
        DeltaLocation table = new DeltaLocation(home.resolve("table").toString());
        Files.createDirectories(home.resolve("table").resolve(left));
        assertThat(table.exists(spark)).isFalse();

        table.ensure(
                spark,
                StructType.fromDDL("id BIGINT, day DATE"),
                List.of("day"),
                Map.of("delta.isolationLevel", "Serializable", "own.note", "x"));

        assertThat(table.exists(spark)).isTrue();
        assertThat(table.partitionColumns(spark)).containsExactly("day");
        assertThat(table.property(spark, "delta.isolationLevel")).contains("Serializable");
        assertThat(table.property(spark, "own.note")).contains("x");
        assertThat(spark.read().format("delta").load(table.path()).count()).isZero();
    }

    @Test
    void addsTheColumnsAndFieldsThatATableLacks() {
        DeltaLocation table = new DeltaLocation(home.resolve("table").toString());
        table.ensure(spark, StructType.fromDDL("id BIGINT, at STRUCT<x: INT>"), List.of(), Map.of());
        spark.sql("INSERT INTO %s VALUES (1, struct(2))".formatted(table.sqlName()));

        table.ensure(
                spark, StructType.fromDDL("id BIGINT, note STRING, at STRUCT<x: INT, y: DOUBLE>"), List.of(), Map.of());
        table.ensure(spark, StructType.fromDDL("id BIGINT, at STRUCT<x: INT, y: DOUBLE>"), List.of(), Map.of());

        assertThat(spark.read().format("delta").load(table.path()).schema().toDDL())
                .isEqualTo("id BIGINT,at STRUCT<x: INT, y: DOUBLE>,note STRING");
        assertThat(spark.read()
                        .format("delta")
                        .load(table.path())
                        .selectExpr("id", "at.x", "at.y", "note")
                        .first())
                .isEqualTo(RowFactory.create(1L, 2, null, null));
    }

    @Test
    void namesEveryColumnOfAnotherTypeAndChangesNothing() {
        DeltaLocation table = new DeltaLocation(home.resolve("table").toString());
        StructType before = StructType.fromDDL("id BIGINT,at STRUCT<x: INT, y: INT>,amount DECIMAL(18,2)");
        table.ensure(spark, before, List.of(), Map.of());

        assertThatThrownBy(() -> table.ensure(
                        spark,
                        StructType.fromDDL("id STRING, at STRUCT<x: BIGINT>, amount DECIMAL(18,4), note STRING"),
                        List.of(),
                        Map.of()))
                .isInstanceOf(RefusedTableException.class)
                .hasMessageContainingAll(
                        "the column id is BIGINT there, and STRING here",
                        "the column at.x is INT there, and BIGINT here",
                        "the column at has a field y there, and none here",
                        "the column amount is DECIMAL(18,2) there, and DECIMAL(18,4) here");
        assertThat(spark.read().format("delta").load(table.path()).schema()).isEqualTo(before);
    }

    @Test
    void refusesOtherPartitions() {
        DeltaLocation table = new DeltaLocation(home.resolve("table").toString());
        StructType columns = StructType.fromDDL("id BIGINT, day DATE");
        table.ensure(spark, columns, List.of("day"), Map.of());

        assertThatThrownBy(() -> table.ensure(spark, columns, List.of(), Map.of()))
                .isInstanceOf(RefusedTableException.class)
                .hasMessageContaining("is partitioned by [day], and the pipeline says partition-by: []");
        assertThatCode(() -> table.ensure(spark, columns, List.of("DAY"), Map.of()))
                .doesNotThrowAnyException();
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
