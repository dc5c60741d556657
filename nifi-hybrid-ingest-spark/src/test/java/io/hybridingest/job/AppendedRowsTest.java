package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.hybridingest.job.ledger.FencedException;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.TableRestoredException;
import io.hybridingest.job.sink.StagedRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppendedRowsTest {
    private static final String DECIDED = "order_id, placed_at";
    private static final String ANYWHERE = "order_id";
    private static final Duration APART = Duration.ofHours(1);

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @ParameterizedTest
    @ValueSource(strings = {DECIDED, ANYWHERE})
    void whatIsNewIsAppendedAndWhatIsNotIsLookedUp(String identity) throws IOException {
        Orders orders = new Orders(home).identity(identity);
        LaneWriter writer = new LaneWriter(spark, orders, Lane.STREAM);

        assertThat(writer.write(rows(0, 10))).isEqualTo(10);
        assertThat(operation(orders)).isEqualTo("WRITE");
        assertThat(told(orders)).contains("\"rowsInserted\":10");
        assertThat(writer.write(rows(10, 20))).isEqualTo(10);
        assertThat(operation(orders)).isEqualTo("WRITE");

        assertThat(writer.write(rows(15, 25))).isEqualTo(5);
        assertThat(operation(orders)).isEqualTo("WRITE");
        assertThat(told(orders)).contains("\"rowsInserted\":5");
        assertThat(writer.write(rows(5, 20))).isZero();
        assertThat(told(orders)).contains("\"rowsInserted\":0");
        assertThat(ids(orders)).isEqualTo(range(0, 25));
        assertThat(strayFiles(orders))
                .as("files of the write that was given up")
                .isEmpty();
    }

    @Test
    void aNewTableIsMadeAndWrittenInOneSparkJob() throws TimeoutException {
        LocalSpark.end();
        SparkSession session = LocalSpark.session();
        String group = "new table";
        session.sparkContext().setJobGroup(group, "", false);

        Orders orders = new Orders(home).identity(DECIDED);
        LaneWriter writer = new LaneWriter(session, orders, Lane.BATCH);
        StagedRows staged = writer.stage(rows(0, 10)).orElseThrow();
        assertThat(staged.commit(writer.metadata(10, 1))).hasValue(10);

        session.sparkContext().clearJobGroup();
        session.sparkContext().listenerBus().waitUntilEmpty();
        assertThat(session.sparkContext().statusTracker().getJobIdsForGroup(group))
                .as("a driver that has just begun takes a second for a job that reads a log of one commit")
                .hasSize(1);
    }

    @Test
    void anIdentityThatComesTwiceInOneMicroBatchIsInsertedOnce() {
        Orders orders = new Orders(home).identity(DECIDED);
        LaneWriter writer = new LaneWriter(spark, orders, Lane.STREAM);

        assertThat(writer.write(concat(rows(0, 10), rows(4, 5)))).isEqualTo(10);

        assertThat(ids(orders)).isEqualTo(range(0, 10));
    }

    @ParameterizedTest
    @ValueSource(strings = {DECIDED, ANYWHERE})
    void whatOthersHaveAddedSinceTheLastLookIsKnown(String identity) {
        Orders orders = new Orders(home).identity(identity);
        LaneWriter stream = new LaneWriter(spark, orders, Lane.STREAM);
        LaneWriter batch = new LaneWriter(spark, orders, Lane.BATCH);
        stream.write(rows(0, 10));
        batch.write(rows(10, 20));

        assertThat(stream.write(rows(20, 21))).isEqualTo(1);
        assertThat(operation(orders)).isEqualTo("WRITE");
        assertThat(stream.write(rows(19, 20))).isZero();
        assertThat(ids(orders)).isEqualTo(range(0, 21));
    }

    @Test
    void whatAnotherLaneCommitsWhileFilesAreWrittenIsFoundBeforeTheyCount() throws IOException {
        Orders orders = new Orders(home).identity(DECIDED);
        LaneWriter stream = new LaneWriter(spark, orders, Lane.STREAM);
        LaneWriter batch = new LaneWriter(spark, orders, Lane.BATCH);
        stream.write(rows(0, 10));
        StagedRows clashing = stream.stage(rows(10, 20)).orElseThrow();
        StagedRows fresh = stream.stage(rows(30, 40)).orElseThrow();
        batch.write(rows(19, 30));

        assertThat(clashing.commit(stream.metadata(10, 1))).isEmpty();
        assertThat(fresh.commit(stream.metadata(10, 1))).hasValue(10);

        assertThat(ids(orders))
                .isEqualTo(Stream.of(range(0, 10), range(19, 40))
                        .flatMap(Set::stream)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void whatIsLeftOutIsTheRowsThatStayInTheTable() {
        Orders orders = new Orders(home).identity(DECIDED);
        LaneWriter stream = new LaneWriter(spark, orders, Lane.STREAM);
        LaneWriter batch = new LaneWriter(spark, orders, Lane.BATCH);
        DeltaTable table = DeltaTable.forPath(spark, orders.table());
        stream.write(rows(0, 10));
        stream.write(rows(10, 20));

        StagedRows beforeOthers = stream.stageNew(rows(15, 25)).orElseThrow();
        batch.write(rows(30, 40));
        table.optimize().executeCompaction();
        assertThat(beforeOthers.commit(stream.metadata(10, 1))).hasValue(5);
        assertThat(operation(orders)).isEqualTo("WRITE");

        StagedRows clashing = stream.stageNew(rows(20, 30)).orElseThrow();
        batch.write(rows(29, 30));
        assertThat(clashing.commit(stream.metadata(10, 1))).isEmpty();

        LaneWriter replay = new LaneWriter(spark, orders, Lane.REPLAY);
        StagedRows beforeADelete = replay.stageNew(rows(35, 45)).orElseThrow();
        table.delete("order_id = 39");
        assertThat(beforeADelete.commit(replay.metadata(10, 1)))
                .as("39 was left out, and is gone")
                .isEmpty();
        assertThat(stream.write(rows(20, 45))).as("25 to 28, 39 to 44").isEqualTo(10);
        assertThat(ids(orders)).isEqualTo(range(0, 45));
    }

    @Test
    void aNewerRunThatBeginsWhileFilesAreWrittenKeepsThemOut() throws IOException {
        Orders orders = new Orders(home).identity(DECIDED);
        LaneWriter zombie = new LaneWriter(spark, orders, Lane.STREAM);
        zombie.write(rows(0, 10));
        StagedRows staged = zombie.stage(rows(10, 20)).orElseThrow();
        new LaneWriter(spark, orders, Lane.STREAM).claim(2);

        assertThatThrownBy(() -> staged.commit(zombie.metadata(10, 1))).isInstanceOf(FencedException.class);

        assertThat(ids(orders)).isEqualTo(range(0, 10));
        assertThat(strayFiles(orders)).isEmpty();
    }

    @Test
    void aColumnThatTheTableGetsMeanwhileMakesTheWriteBeginAnew() {
        Orders orders = new Orders(home).identity(DECIDED);
        LaneWriter writer = new LaneWriter(spark, orders, Lane.STREAM);
        writer.write(rows(0, 10));
        StagedRows staged = writer.stage(rows(10, 20)).orElseThrow();
        spark.sql("ALTER TABLE delta.`%s` ADD COLUMNS (note STRING)".formatted(orders.table()));

        assertThat(staged.commit(writer.metadata(10, 1))).isEmpty();
        assertThat(writer.write(rows(10, 20))).isEqualTo(10);
        assertThat(ids(orders)).isEqualTo(range(0, 20));
    }

    @Test
    void rowsThatWereDeletedCompactedAndRestoredAreWhereTheTableSays() {
        Orders orders = new Orders(home).identity(DECIDED);
        LaneWriter writer = new LaneWriter(spark, orders, Lane.STREAM);
        writer.write(rows(0, 10));
        writer.write(rows(10, 20));
        DeltaTable table = DeltaTable.forPath(spark, orders.table());
        long full = version(orders);
        table.optimize().executeCompaction();
        assertThat(writer.write(rows(20, 30))).isEqualTo(10);
        assertThat(operation(orders)).isEqualTo("WRITE");

        table.delete("order_id < 5");
        assertThat(writer.write(rows(3, 7))).as("3 and 4 were deleted").isEqualTo(2);
        table.restoreToVersion(full);
        assertThatThrownBy(() -> writer.write(rows(0, 30))).isInstanceOf(TableRestoredException.class);
        assertThat(ids(orders)).isEqualTo(range(0, 20));
        LaneWriter next = new LaneWriter(spark, orders, Lane.STREAM);
        assertThat(next.write(rows(0, 30))).as("20 to 29 came after it").isEqualTo(10);
        assertThat(ids(orders)).isEqualTo(range(0, 30));
    }

    @Test
    void smallFilesArePutTogetherAndNothingComesTwice() {
        LocalSpark.end();
        SparkSession session =
                JobSession.start(LocalSpark.conf().set("spark.databricks.delta.autoCompact.minNumFiles", "4"), "test");
        try {
            Orders orders = new Orders(home).identity(ANYWHERE);
            LaneWriter stream = new LaneWriter(session, orders, Lane.STREAM);
            LaneWriter batch = new LaneWriter(session, orders, Lane.BATCH);
            for (int i = 0; i < 12; i++) {
                Row order = LaneWriter.order(i, "c", i, Orders.START);
                Row before = LaneWriter.order(Math.max(0, i - 1), "c", i, Orders.START);
                assertThat((i % 3 == 0 ? batch : stream).write(List.of(order, before)))
                        .isEqualTo(1);
            }
            Dataset<Row> table = session.read().format("delta").load(orders.table());
            assertThat(table.count()).isEqualTo(12);
            assertThat(table.select("order_id").distinct().count()).isEqualTo(12);
            assertThat(table.inputFiles()).hasSizeLessThan(8);
            assertThat(DeltaTable.forPath(session, orders.table())
                            .history()
                            .where("operation = 'OPTIMIZE'")
                            .count())
                    .isPositive();
        } finally {
            session.stop();
        }
    }

    @Test
    void partitionsAreNamedAsTheLogNamesThemWhateverTheirValues() {
        Orders orders = new Orders(home)
                .identity("order_id, placed_at, customer")
                .transform("SELECT *, date(placed_at) AS day, order_id % 2 = 0 AS even FROM input")
                .partition("day, customer, even");
        LaneWriter first = new LaneWriter(spark, orders, Lane.STREAM);
        List<Row> rows = new ArrayList<>();
        List<String> customers =
                Arrays.asList(null, "", " ", "a/b", "a=b", "%20", "ü\u0001", "__HIVE_DEFAULT_PARTITION__");
        for (int i = 0; i < customers.size(); i++) {
            rows.add(LaneWriter.order(i, customers.get(i), i, Orders.START));
        }
        assertThat(first.write(rows)).isEqualTo(rows.size());

        LaneWriter second = new LaneWriter(spark, orders, Lane.BATCH);
        assertThat(second.write(rows)).isZero();
        assertThat(ids(orders)).isEqualTo(range(0, rows.size()));
    }

    @Test
    void aMicroBatchOfManyDaysLeavesAFileForEach() {
        Orders orders = new Orders(home).identity(DECIDED);
        LaneWriter writer = new LaneWriter(spark, orders, Lane.STREAM);
        int each = 11_000;
        for (int batch = 0; batch < 3; batch++) {
            StagedRows staged = writer.stage(rows(batch * each, (batch + 1) * each, id -> id % 5 * 24))
                    .orElseThrow();
            assertThat(staged.commit(writer.metadata(each, 1))).hasValue(each);
        }

        assertThat(files(orders)).as("of the last one").isEqualTo("5");
        assertThat(writer.write(rows(each, 4 * each, id -> id % 5 * 24))).isEqualTo(each);
        assertThat(files(orders)).as("of one of which most were there").isEqualTo("5");
        assertThat(ids(orders)).isEqualTo(range(0, 4 * each));
    }

    @Test
    void aTimeAsPartitionIsNoPlaceAndStillRight() {
        Orders orders = new Orders(home)
                .identity(DECIDED)
                .transform("SELECT *, date_trunc('HOUR', placed_at) AS hour FROM input")
                .partition("hour");
        LaneWriter writer = new LaneWriter(spark, orders, Lane.STREAM);

        assertThat(writer.write(rows(0, 10))).isEqualTo(10);
        assertThat(writer.write(rows(0, 12))).isEqualTo(2);
        assertThat(ids(orders)).isEqualTo(range(0, 12));
    }

    @Test
    void aTableWhoseColumnsAreMappedIsWrittenByLookingUp() {
        Orders orders = new Orders(home).identity(DECIDED);
        new LaneWriter(spark, orders, Lane.STREAM).write(rows(0, 10));
        spark.sql(
                "ALTER TABLE delta.`%s` SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name', 'delta.minReaderVersion' = '2', 'delta.minWriterVersion' = '5')"
                        .formatted(orders.table()));

        assertThat(new LaneWriter(spark, orders, Lane.STREAM).write(rows(5, 15)))
                .isEqualTo(5);
        assertThat(operation(orders)).isEqualTo("MERGE");
        assertThat(ids(orders)).isEqualTo(range(0, 15));
    }

    @Test
    void moreIdentitiesThanMayBeKnownAreLookedUp() {
        LocalSpark.end();
        SparkConf little = LocalSpark.conf().set("spark.hybridingest.known-identities", "25");
        SparkSession session = JobSession.start(little, "test");
        try {
            Orders orders = new Orders(home).identity(ANYWHERE);
            LaneWriter writer = new LaneWriter(session, orders, Lane.STREAM);
            assertThat(writer.write(rows(0, 20))).isEqualTo(20);
            assertThat(writer.write(rows(20, 30))).isEqualTo(10);
            assertThat(writer.write(rows(15, 35))).isEqualTo(5);
            assertThat(writer.write(rows(0, 70))).isEqualTo(35);
            assertThat(session.read().format("delta").load(orders.table()).count())
                    .isEqualTo(70);
        } finally {
            session.stop();
        }
    }

    @Test
    void moreThanTasksMayBringToTheDriverIsLookedUp() {
        LocalSpark.end();
        SparkConf little = LocalSpark.conf()
                .set("spark.driver.maxResultSize", "256k")
                // Spark's broadcasts go through the driver, too.
                .set("spark.sql.autoBroadcastJoinThreshold", "-1");
        SparkSession session = JobSession.start(little, "test");
        try {
            Orders orders = new Orders(home).identity(ANYWHERE);
            LaneWriter writer = new LaneWriter(session, orders, Lane.BATCH);
            assertThat(writer.write(rowsOfADay(0, 3000))).isEqualTo(3000);
            assertThat(newest(session, orders).<String>getAs("operation")).isEqualTo("WRITE");
            assertThat(writer.write(rowsOfADay(2000, 60_000))).isEqualTo(57_000);
            assertThat(newest(session, orders).<String>getAs("operation")).isEqualTo("MERGE");
            assertThat(new LaneWriter(session, orders, Lane.BATCH).write(rowsOfADay(59_000, 61_000)))
                    .isEqualTo(1000);
        } finally {
            session.stop();
        }
    }

    @Test
    void anyOrderOfWritersAndOfWhatTheyBringGivesEachIdentityOnce() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Orders orders = new Orders(home).identity(random.nextBoolean() ? DECIDED : ANYWHERE);
        List<LaneWriter> writers = List.of(
                new LaneWriter(spark, orders, Lane.STREAM),
                new LaneWriter(spark, orders, Lane.BATCH),
                new LaneWriter(spark, orders, Lane.REPLAY));
        Set<Long> expected = new TreeSet<>();
        for (int round = 0; round < 15; round++) {
            if (random.nextInt(8) == 0) {
                DeltaTable.forPath(spark, orders.table()).optimize().executeCompaction();
            }
            int from = 20 * (random.nextInt(3) == 0 ? random.nextInt(round + 1) : round);
            int to = from + 1 + random.nextInt(15);
            long before = expected.size();
            expected.addAll(range(from, to));
            long inserted = writers.get(random.nextInt(3)).write(rows(from, to));
            assertThat(inserted).as("seed %d, round %d", seed, round).isEqualTo(expected.size() - before);
        }
        assertThat(ids(orders)).as("seed %d", seed).isEqualTo(expected);
    }

    private static List<Row> rowsOfADay(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(id -> LaneWriter.order(id, "c", id, Orders.START))
                .toList();
    }

    private static List<Row> rows(int from, int to) {
        return rows(from, to, id -> id);
    }

    private static List<Row> rows(int from, int to, IntUnaryOperator hours) {
        List<Row> rows = IntStream.range(from, to)
                .mapToObj(id ->
                        LaneWriter.order(id, "c", id, Orders.START.plus(APART.multipliedBy(hours.applyAsInt(id)))))
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(rows, new Random(from));
        return rows;
    }

    private static List<Row> concat(List<Row> some, List<Row> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    private static Set<Long> range(long from, long to) {
        Set<Long> range = new TreeSet<>();
        for (long id = from; id < to; id++) {
            range.add(id);
        }
        return range;
    }

    /** The identities in the table; fails where one is there twice. */
    private Set<Long> ids(Orders orders) {
        List<Long> ids = spark.read().format("delta").load(orders.table()).select("order_id").collectAsList().stream()
                .map(row -> row.getLong(0))
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
        return new TreeSet<>(ids);
    }

    private Row newest(Orders orders) {
        return newest(spark, orders);
    }

    private static Row newest(SparkSession spark, Orders orders) {
        return DeltaTable.forPath(spark, orders.table())
                .history()
                .where("operation != 'OPTIMIZE'")
                .first();
    }

    private String operation(Orders orders) {
        return newest(orders).getAs("operation");
    }

    private String files(Orders orders) {
        return newest(orders)
                .<scala.collection.Map<String, String>>getAs("operationMetrics")
                .apply("numFiles");
    }

    private String told(Orders orders) {
        return newest(orders).getAs("userMetadata");
    }

    private long version(Orders orders) {
        return newest(orders).<Long>getAs("version");
    }

    /** Data files that no version of the table knows. */
    private Set<String> strayFiles(Orders orders) throws IOException {
        Dataset<Row> log = spark.read().json(orders.table() + "/_delta_log/*.json");
        Set<String> known = log.select("add.path").where("add.path IS NOT NULL").collectAsList().stream()
                .map(row -> Path.of(row.getString(0)).getFileName().toString())
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(Path.of(orders.table()))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".parquet") && name.startsWith("part-") && !known.contains(name))
                    .collect(Collectors.toSet());
        }
    }
}
