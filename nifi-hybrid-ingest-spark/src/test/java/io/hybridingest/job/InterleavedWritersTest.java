package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import io.hybridingest.pipeline.IngestId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both lanes and maintenance on one table at the same time, held against the rules as plain Java has them. */
class InterleavedWritersTest {
    private static final int IDENTITIES = 40;
    private static final int MOST_VERSIONS = 4;
    private static final int MICRO_BATCHES = 4;
    private static final int BATCH_RUNS = 2;
    private static final int UNPREPARED = 3;
    private static final Duration APART = Duration.ofHours(20);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX").withZone(ZoneOffset.UTC);

    private final SparkSession spark = LocalSpark.session();
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @TempDir
    private Path home;

    /**
     * What a record says of an order.
     *
     * @param customer null where it deletes the order
     * @param amount negative where a check refuses it, 0 where one leaves it out
     */
    private record Version(long id, String customer, int amount, Instant placedAt) {
        private static final Comparator<Version> PRECEDENCE = Comparator.comparing(Version::placedAt)
                .thenComparing(version -> version.customer() == null)
                .thenComparing(version -> sha256(version.row()));

        boolean isRefused() {
            return amount < 0;
        }

        boolean isDropped() {
            return amount == 0;
        }

        GenericRecord record(Schema schema) {
            GenericRecord order = Orders.order(schema, id, amount, placedAt);
            order.put("customer", customer);
            return order;
        }

        /** What the transform makes of it, as JSON with its columns sorted by name. */
        String row() {
            Map<String, Object> columns = new TreeMap<>(Map.of(
                    "_ingest_id",
                    IngestId.ofValues(List.of(id)),
                    "_source",
                    "test",
                    "amount",
                    amount,
                    "day",
                    placedAt.atZone(ZoneOffset.UTC).toLocalDate().toString(),
                    "deleted",
                    customer == null,
                    "order_id",
                    id,
                    "placed_at",
                    MICROS.format(placedAt),
                    "shard",
                    id % 3));
            if (customer != null) {
                columns.put("customer", customer);
            }
            try {
                return MAPPER.writeValueAsString(columns);
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    @Test
    void leaveWhatTheRulesSayWhateverMeetsWhat() throws Exception {
        // Versions move from one day to another; a shard follows from the identity, which is looked for there alone.
        String partition = random.nextBoolean() ? "day" : "shard";
        Orders orders = new Orders(home)
                .write("upsert")
                .checks("{name: paid, require: amount >= 0}, {name: some, require: amount <> 0, otherwise: drop}")
                .transform(
                        "SELECT *, date(placed_at) AS day, order_id % 3 AS shard, customer IS NULL AS deleted FROM input")
                .partition(partition)
                .tableKeys("tombstone: deleted");
        List<Version> versions = versions();
        List<Version> streamed = someAndSomeTwice(versions);
        List<Version> landed = someAndSomeTwice(versions);
        landed.addAll(missing(versions, streamed, landed));
        Collections.shuffle(landed, random);

        writeAllAtOnce(orders, streamed, landed);

        assertThat(table(orders)).as("rows, seed %d", seed).containsExactlyElementsOf(rowsByTheRules(versions));
        assertThat(quarantine(orders))
                .as("quarantine, seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(refused(versions));
        List<Version> taken = Stream.concat(streamed.stream(), landed.stream()).toList();
        assertThat(ledger(orders))
                .as("the ledger's sums, seed %d", seed)
                .isEqualTo(new RowCounts(
                        taken.size() + UNPREPARED,
                        count(taken, Version::isRefused) + UNPREPARED,
                        count(taken, Version::isDropped)));
    }

    /** Of each order a few versions, some at the same time; one at most is refused, as quarantine has a row for an identity. */
    private List<Version> versions() {
        List<Version> versions = new ArrayList<>();
        for (long id = 0; id < IDENTITIES; id++) {
            int of = 1 + random.nextInt(MOST_VERSIONS);
            for (int i = 0; i < of; i++) {
                String customer = random.nextInt(4) == 0 ? null : "c" + random.nextInt(100);
                int amount = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(9);
                versions.add(new Version(id, customer, amount, time(random.nextInt(3))));
            }
            if (random.nextInt(4) == 0) {
                versions.add(new Version(id, "refused", -1 - random.nextInt(9), time(3)));
            }
        }
        return versions;
    }

    private static Instant time(int step) {
        return Orders.START.plus(APART.multipliedBy(step));
    }

    private List<Version> someAndSomeTwice(List<Version> versions) {
        List<Version> chosen = versions.stream()
                .flatMap(version -> Collections.nCopies(random.nextInt(3), version).stream())
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(chosen, random);
        return chosen;
    }

    private static List<Version> missing(List<Version> versions, List<Version> some, List<Version> others) {
        return versions.stream()
                .filter(version -> !some.contains(version) && !others.contains(version))
                .toList();
    }

    private void writeAllAtOnce(Orders orders, List<Version> streamed, List<Version> landed) throws Exception {
        List<List<byte[]>> microBatches = parts(messages(orders, streamed), MICRO_BATCHES);
        List<List<Version>> files = parts(landed, BATCH_RUNS);
        CyclicBarrier start = new CyclicBarrier(3);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        Future<Void> stream = threads.submit(() -> {
            start.await();
            MessageLane lane = new MessageLane(spark.newSession(), orders);
            for (List<byte[]> microBatch : microBatches) {
                lane.write(microBatch);
            }
            return null;
        });
        Future<Void> batch = threads.submit(() -> {
            start.await();
            for (int run = 0; run < files.size(); run++) {
                land(orders, run + ".avro", files.get(run));
                LaneRuns.run(spark, orders, "batch");
            }
            return null;
        });
        Future<Integer> maintenance = threads.submit(() -> {
            start.await();
            int times = 0;
            for (; !stream.isDone() || !batch.isDone(); times++) {
                // Sorting rewrites every file, also where there is nothing to put together.
                LaneRuns.run(spark, orders, "maintain", "--z-order", "amount");
            }
            return times;
        });
        try {
            stream.get(4, TimeUnit.MINUTES);
            batch.get(4, TimeUnit.MINUTES);
            assertThat(maintenance.get(4, TimeUnit.MINUTES)).isPositive();
        } catch (ExecutionException e) {
            throw new AssertionError("A writer failed, seed " + seed, e);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<byte[]> messages(Orders orders, List<Version> versions) {
        Schema schema = orders.definition().wireSchema();
        List<byte[]> messages = versions.stream()
                .map(version -> Orders.message(version.record(schema)))
                .collect(Collectors.toCollection(ArrayList::new));
        for (int i = 0; i < UNPREPARED; i++) {
            messages.add(unprepared(i).getBytes(StandardCharsets.UTF_8));
        }
        Collections.shuffle(messages, random);
        return messages;
    }

    private static String unprepared(int number) {
        return "no record " + number;
    }

    private static void land(Orders orders, String file, List<Version> versions) {
        Schema schema = orders.definition().wireSchema();
        orders.land(
                file, versions.stream().map(version -> version.record(schema)).toList());
    }

    /** Cuts a list into parts of any length, of which none is empty. */
    private <T> List<List<T>> parts(List<T> all, int count) {
        List<Integer> cuts = random.ints(1, all.size())
                .distinct()
                .limit(count - 1)
                .sorted()
                .boxed()
                .collect(Collectors.toCollection(ArrayList::new));
        cuts.add(all.size());
        List<List<T>> parts = new ArrayList<>();
        int from = 0;
        for (int to : cuts) {
            parts.add(all.subList(from, to));
            from = to;
        }
        return parts;
    }

    private static List<String> rowsByTheRules(List<Version> versions) {
        return versions.stream()
                .filter(version -> !version.isRefused() && !version.isDropped())
                .collect(Collectors.toMap(
                        Version::id, version -> version, BinaryOperator.maxBy(Version.PRECEDENCE), TreeMap::new))
                .values()
                .stream()
                .map(Version::row)
                .toList();
    }

    private static List<String> refused(List<Version> versions) {
        List<String> refused = versions.stream()
                .filter(Version::isRefused)
                .map(version -> version.id() + " for " + version.amount())
                .collect(Collectors.toCollection(ArrayList::new));
        for (int i = 0; i < UNPREPARED; i++) {
            refused.add(unprepared(i));
        }
        return refused;
    }

    private static long count(List<Version> versions, Predicate<Version> which) {
        return versions.stream().filter(which).count();
    }

    private List<String> table(Orders orders) {
        Dataset<Row> table = spark.read().format("delta").load(orders.table()).drop("_ingest_lane", "_ingested_at");
        String columns = Stream.of(table.columns()).sorted().collect(Collectors.joining(", "));
        return texts(
                table.orderBy("order_id"),
                "to_json(struct(%s), map('timestampFormat', \"%s\"))"
                        .formatted(columns, "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"));
    }

    private List<String> quarantine(Orders orders) {
        Dataset<Row> quarantine = spark.read()
                .format("delta")
                .load(orders.table() + "_quarantine")
                .selectExpr("decode(original, 'UTF-8') AS text");
        return texts(
                quarantine,
                "coalesce(get_json_object(text, '$.order_id') || ' for ' || get_json_object(text, '$.amount'), text)");
    }

    private static List<String> texts(Dataset<Row> rows, String expression) {
        return rows.selectExpr(expression).collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

    /** All that the lanes' commits say they took in. Where Delta compacts after a MERGE, it repeats what that one said. */
    private RowCounts ledger(Orders orders) {
        Row sums = spark.sql("DESCRIBE HISTORY delta.`" + orders.table() + "`")
                .where("operation <> 'OPTIMIZE'")
                .selectExpr("from_json(userMetadata, 'rowsIn BIGINT, rowsQuarantined BIGINT, rowsDropped BIGINT') AS m")
                .selectExpr("sum(m.rowsIn)", "sum(m.rowsQuarantined)", "sum(m.rowsDropped)")
                .first();
        return new RowCounts(sums.getLong(0), sums.getLong(1), sums.getLong(2));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
