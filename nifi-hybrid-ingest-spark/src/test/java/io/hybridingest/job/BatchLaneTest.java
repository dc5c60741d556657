package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchLaneTest {
    private static final int EIGHT_MEBIBYTES = 8 << 20;

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void insertsWhatHasLandedOnceWithinAndBetweenBatchesAndRuns() throws Exception {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 300));
        orders.land("b.avro", orders.orders(250, 400));

        runBatch(orders, 1);

        assertThat(ids(orders)).hasSize(400).doesNotHaveDuplicates();
        Row row = table(orders).where("order_id = 130").first();
        assertThat(row.<String>getAs("_ingest_lane")).isEqualTo("batch");
        assertThat(row.<java.sql.Date>getAs("day")).hasToString("2026-02-01");

        List<GenericRecord> twice = new java.util.ArrayList<>(orders.orders(390, 450));
        twice.addAll(orders.orders(390, 450));
        orders.land("c.avro", twice);
        runBatch(orders, 1);
        runBatch(orders, 1);

        assertThat(ids(orders)).hasSize(450).doesNotHaveDuplicates();
    }

    @Test
    void writesTimesSoThatQueriesCanSkipWhatTheyDoNotAskFor() throws Exception {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 10));
        runBatch(orders, 1);

        InputFile file = HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(table(orders).inputFiles()[0]), new Configuration());
        try (ParquetFileReader reader = ParquetFileReader.open(file)) {
            assertThat(reader.getFooter().getBlocks().get(0).getColumns())
                    .filteredOn(column -> column.getPath().toDotString().equals("placed_at"))
                    .singleElement()
                    .satisfies(column -> {
                        assertThat(column.getPrimitiveType().getPrimitiveTypeName())
                                .isEqualTo(PrimitiveTypeName.INT64);
                        assertThat(column.getStatistics().hasNonNullValue()).isTrue();
                    });
        }
    }

    /** A large micro-batch takes another way where it holds no identity twice. */
    @Test
    void insertsOnceOfLargeMicroBatchesWithAndWithoutAnIdentityThatComesTwice() throws Exception {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 12_000));
        runBatch(orders, 1);
        assertThat(ids(orders)).hasSize(12_000).doesNotHaveDuplicates();

        List<GenericRecord> oneTwice = new java.util.ArrayList<>(orders.orders(11_000, 23_000));
        oneTwice.addAll(orders.orders(22_999, 23_000));
        orders.land("b.avro", oneTwice);
        runBatch(orders, 1);

        assertThat(ids(orders)).hasSize(23_000).doesNotHaveDuplicates();
    }

    @Test
    void insertsOnceWhereTheCheckpointIsLost() throws Exception {
        Orders orders = new Orders(home).identity("order_id, placed_at");
        orders.land("a.avro", orders.orders(0, 100));
        runBatch(orders, 1);
        deleteRecursively(Path.of(orders.table(), "_checkpoints"));

        runBatch(orders, 1);

        assertThat(ids(orders)).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void readsAgainWhatATableLacksThatWasRestored() throws Exception {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 10));
        runBatch(orders, 1);
        long version = spark.sql("DESCRIBE HISTORY delta.`" + orders.table() + "`")
                .first()
                .getLong(0);
        orders.land("b.avro", orders.orders(10, 20));
        runBatch(orders, 1);
        spark.sql("RESTORE TABLE delta.`%s` TO VERSION AS OF %d".formatted(orders.table(), version));
        assertThat(ids(orders)).hasSize(10);

        runBatch(orders, 1);

        assertThat(ids(orders)).hasSize(20).doesNotHaveDuplicates();
        assertThat(Path.of(orders.table(), "_checkpoints/batch-records-replaced"))
                .exists();
    }

    @Test
    void filesWithoutARecordDoNotLookAsIfTheTableLackedThem() throws Exception {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 10));
        runBatch(orders, 1);
        Files.writeString(orders.landing().resolve("records/empty.jsonl"), "");
        runBatch(orders, 1);

        runBatch(orders, 1);

        assertThat(ids(orders)).hasSize(10);
        assertThat(Path.of(orders.table(), "_checkpoints/batch-records-replaced"))
                .doesNotExist();
    }

    @Test
    void treatsEachCheckAsItSays() throws Exception {
        Orders orders = new Orders(home).checks("""
                        {name: even, require: amount % 2 = 0, otherwise: quarantine},
                        {name: small, require: amount < 90, otherwise: drop},
                        {name: named, require: customer <> 'c6', otherwise: warn},
                        {name: known, require: "nullif(amount, 20) IS NOT NULL AND nullif(amount, 20) >= 0", otherwise: quarantine}""");
        orders.land("a.avro", orders.orders(0, 100));

        runBatch(orders, 1);

        List<Long> kept = table(orders).select("order_id").collectAsList().stream()
                .map(row -> row.getLong(0))
                .sorted()
                .toList();
        assertThat(kept).hasSize(44).allMatch(id -> id % 2 == 0 && id < 90 && id != 20);
        assertThat(kept).as("a warning keeps the record").contains(6L);
        List<Row> quarantined = quarantine(orders).collectAsList();
        assertThat(quarantined).hasSize(51).allSatisfy(row -> {
            assertThat(row.<String>getAs("stage")).isEqualTo("check");
            assertThat(row.<String>getAs("quarantine_id")).isEqualTo(row.<String>getAs("ingest_id"));
            assertThat(row.<String>getAs("lane")).isEqualTo("batch");
        });
        Row nulled = quarantine(orders)
                .where("get_json_object(decode(original, 'UTF-8'), '$.order_id') = 20")
                .first();
        assertThat(nulled.<Row>getList(nulled.fieldIndex("reasons")).get(0).getString(0))
                .isEqualTo("known");
    }

    @Test
    void stopsAtACheckThatSaysFailBeforeAnythingIsWritten() throws Exception {
        Orders orders = new Orders(home).checks("{name: small, require: amount < 50, otherwise: fail}");
        orders.land("a.avro", orders.orders(0, 60));

        assertThatThrownBy(() -> runBatch(orders, 1)).satisfies(failure -> assertThat(Verdict.of(failure))
                .hasFieldOrPropertyWithValue("code", "check-failed")
                .extracting(Verdict::message)
                .asString()
                .contains("10 records fail check small (require: amount < 50)", "a.avro#"));
        assertThat(ids(orders)).isEmpty();
    }

    @Test
    void keepsTheRecordsBeforeTheDamageAndNamesTheFile() throws Exception {
        Orders orders = new Orders(home);
        Path damaged = orders.land("a.avro", orders.orders(0, 500));
        byte[] bytes = Files.readAllBytes(damaged);
        Files.write(damaged, java.util.Arrays.copyOf(bytes, bytes.length * 2 / 3));
        orders.land("b.avro", orders.orders(1000, 1010));
        Files.writeString(orders.landing().resolve("records/c.avro"), "no container");

        runBatch(orders, 1);
        runBatch(orders, 1);

        assertThat(table(orders).where("order_id >= 1000").count()).isEqualTo(10);
        assertThat(table(orders).where("order_id < 500").count()).isBetween(1L, 499L);
        Map<String, String> reasons = new TreeMap<>();
        for (Row row : quarantine(orders).collectAsList()) {
            Path source = Path.of(row.<String>getAs("source"));
            Row reason = row.<Row>getList(row.fieldIndex("reasons")).get(0);
            reasons.put(source.getFileName().toString(), reason.getString(0));
        }
        assertThat(reasons).isEqualTo(Map.of("a.avro", "damaged-file", "c.avro", "damaged-file"));
    }

    @Test
    void readsFilesOfAnOlderSchema() throws Exception {
        Orders orders = new Orders(home);
        Schema older = SchemaBuilder.record("OrderPrepared")
                .fields()
                .requiredString("_source")
                .requiredLong("order_id")
                .requiredInt("amount")
                .requiredLong("placed_at")
                .requiredString("_ingest_id")
                .endRecord();
        GenericRecord order = new GenericData.Record(older);
        order.put("_source", "before");
        order.put("order_id", 1L);
        order.put("amount", 5);
        order.put("placed_at", 0L);
        order.put("_ingest_id", "00000000000000000000000000000001");
        orders.land("a.avro", List.of(order));

        runBatch(orders, 1);

        Row row = table(orders).first();
        assertThat(row.<Long>getAs("order_id")).isEqualTo(1);
        assertThat(row.<String>getAs("customer")).isNull();
        assertThat(row.<String>getAs("_source")).isEqualTo("before");
    }

    @Test
    void aFileWhoseTimesMeanSomethingElseIsNotReadAsIfTheyDidNot() throws Exception {
        Orders orders = new Orders(home);
        String wire = orders.definition().wireSchema().toString();
        Schema millis = new Schema.Parser()
                .parse(wire.replace("timestamp-micros", "timestamp-millis").replace("\"int\"", "[\"int\"]"));
        orders.land("a.avro", List.of(Orders.order(millis, 1, 1, Orders.START)));

        runBatch(orders, 1);

        assertThat(ids(orders)).isEmpty();
        Row row = quarantine(orders).first();
        assertThat(row.<Row>getList(row.fieldIndex("reasons")).get(0).<String>getAs("message"))
                .contains("the field placed_at was timestamp-millis and is timestamp-micros");
    }

    @Test
    void aColumnThatTheTransformGivesFromNowOnIsAddedToTheTable() throws Exception {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 10));
        runBatch(orders, 1);

        orders.transform("SELECT *, date(placed_at) AS day, amount * 2 AS doubled FROM input");
        orders.land("b.avro", orders.orders(5, 20));
        runBatch(orders, 1);
        orders.transform("SELECT *, date(placed_at) AS day FROM input");
        orders.land("c.avro", orders.orders(20, 25));
        runBatch(orders, 1);

        assertThat(ids(orders)).hasSize(25).doesNotHaveDuplicates();
        assertThat(table(orders).where("doubled = amount * 2").count()).isEqualTo(10);
        assertThat(table(orders).where("doubled IS NULL").count()).isEqualTo(15);
    }

    @Test
    void takesOverWhatOtherStagesQuarantinedOnce() throws Exception {
        Orders orders = new Orders(home);
        GenericRecord invalid = Orders.invalid().toAvro();
        orders.land("quarantine", "a.avro", List.of(invalid, invalid));
        orders.land("quarantine", "b.avro", List.of(invalid));
        Files.createDirectories(orders.landing().resolve("unreadable"));
        Files.writeString(orders.landing().resolve("unreadable/what"), "rubbish");

        runBatch(orders, 1);
        Files.writeString(orders.landing().resolve("unreadable/again"), "rubbish");
        runBatch(orders, 1);

        List<Row> rows = quarantine(orders).orderBy("stage").collectAsList();
        assertThat(rows).hasSize(2);
        Row prepared = rows.get(0);
        assertThat(prepared.<Row>getList(prepared.fieldIndex("reasons")).get(0).getString(1))
                .isEqualTo("amount");
        assertThat(prepared.<java.sql.Timestamp>getAs("quarantined_at").toInstant())
                .isEqualTo("2026-01-01T00:00:00Z");
        Row unreadable = rows.get(1);
        assertThat(unreadable.<String>getAs("stage")).isEqualTo("read");
        assertThat(unreadable.<byte[]>getAs("original"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("rubbish");
        assertThat(unreadable.<String>getAs("quarantine_id"))
                .isEqualTo(io.hybridingest.pipeline.IngestId.ofContent("rubbish".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void keepsRecordsOfEightMebibytesWhole() throws Exception {
        Orders orders = new Orders(home).checks("{name: even, require: amount % 2 = 0, otherwise: quarantine}");
        List<GenericRecord> records = orders.orders(0, 4);
        records.forEach(order -> order.put("customer", "x".repeat(EIGHT_MEBIBYTES)));
        orders.land("a.avro", records);

        runBatch(orders, 1);

        assertThat(table(orders).where("length(customer) = " + EIGHT_MEBIBYTES).count())
                .isEqualTo(2);
        assertThat(quarantine(orders)
                        .where("length(get_json_object(decode(original, 'UTF-8'), '$.customer')) = " + EIGHT_MEBIBYTES)
                        .count())
                .isEqualTo(2);
    }

    @Test
    void newestEventTimeWinsWithUpsert() throws Exception {
        Orders orders = new Orders(home).write("upsert");
        Schema schema = orders.definition().wireSchema();
        orders.land(
                "a.avro",
                List.of(
                        Orders.order(schema, 1, 10, Orders.START.plusSeconds(10)),
                        Orders.order(schema, 1, 30, Orders.START.plusSeconds(30)),
                        Orders.order(schema, 2, 1, Orders.START)));
        runBatch(orders, 1);
        orders.land(
                "b.avro",
                List.of(
                        Orders.order(schema, 1, 20, Orders.START.plusSeconds(20)),
                        Orders.order(schema, 2, 2, Orders.START.plusSeconds(86400))));
        runBatch(orders, 1);

        Map<Long, Integer> amounts = new TreeMap<>();
        table(orders).collectAsList().forEach(row -> amounts.put(row.getAs("order_id"), row.getAs("amount")));
        assertThat(amounts).isEqualTo(Map.of(1L, 30, 2L, 2));
    }

    @Test
    void stopsBeforeItWritesWhereANewerEpochHasWritten() throws Exception {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 10));
        runBatch(orders, 7);
        orders.land("b.avro", orders.orders(10, 20));

        assertThatThrownBy(() -> runBatch(orders, 6)).satisfies(failure -> assertThat(Verdict.of(failure))
                .hasFieldOrPropertyWithValue("code", "fenced")
                .extracting(Verdict::message)
                .asString()
                .contains("written by epoch 7 of the batch lane", "this run is epoch 6"));
        assertThat(ids(orders)).hasSize(10);

        runBatch(orders, 7);
        assertThat(ids(orders)).hasSize(20);
    }

    @Test
    void refusesACheckpointWhoseTableIsGone() throws Exception {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 10));
        runBatch(orders, 1);
        deleteRecursively(Path.of(orders.table(), "_delta_log"));
        // As Spark does with all but the newest hundred.
        Path commits = Path.of(orders.table(), "_checkpoints/batch-records/commits");
        Files.move(commits.resolve("0"), commits.resolve("150"));

        assertThatThrownBy(() -> runBatch(orders, 1))
                .isInstanceOf(StaleCheckpointException.class)
                .hasMessageContaining("There is no table at " + orders.table());
    }

    private static void deleteRecursively(Path directory) throws IOException {
        try (java.util.stream.Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private org.apache.spark.sql.Dataset<Row> table(Orders orders) {
        return spark.read().format("delta").load(orders.table());
    }

    private org.apache.spark.sql.Dataset<Row> quarantine(Orders orders) {
        return spark.read().format("delta").load(orders.table() + "_quarantine");
    }

    private List<String> ids(Orders orders) {
        return table(orders).select("_ingest_id").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private void runBatch(Orders orders, long epoch) throws Exception {
        JobOptions options =
                JobOptions.parse("--mode", "batch", "--pipeline", orders.file().toString());
        JobSettings settings = new JobSettings(
                epoch, Map.of(), null, "earliest", 1000, 10, Duration.ofMinutes(1), false, Duration.ofDays(7));
        try (LaneQueries queries =
                LaneQueries.open(spark, orders.definition(), options, settings, new StopGate(), null)) {
            queries.runBatch();
        }
    }
}
