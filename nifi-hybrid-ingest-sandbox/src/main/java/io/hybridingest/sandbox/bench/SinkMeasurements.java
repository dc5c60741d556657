package io.hybridingest.sandbox.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.bench.SinkJob.Messages;
import io.hybridingest.sandbox.bench.SinkJob.MicroBatch;
import io.hybridingest.sandbox.bench.SinkJob.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The Spark job, without NiFi, against the bare Spark query that does the same with nothing around it: the same records, the same day
 * partitions, micro-batches of the same size, two cores. But for the one that is named after it, nothing here compacts: the bare query does not
 * either, and it would take as long whatever the messages are.
 *
 * <ul>
 *   <li>{@code sink.append.vs-bare}: Kafka, decode, transform, append; every identity is held against those of a table that holds none of
 *       them in the beginning.
 *   <li>{@code sink.dedup.vs-bare}: the same in a table of 10,000,000 rows in days, the newest of which the messages belong to.
 *   <li>{@code sink.avro.vs-json}: the job with Avro messages, against the job with the same records as JSON; each twice, in turns.
 *   <li>{@code sink.avro.vs-json.measurements}: the same with records of 24 numbers.
 *   <li>{@code sink.refused.vs-clean}: the job where a check refuses one record in a hundred, against the job without a check.
 *   <li>{@code sink.compaction.vs-none}: the job as it comes, which lets Delta compact, against the job that does not.
 *   <li>{@code sink.batch}: the batch lane, see {@link SinkBatchMeasurements}.
 *   <li>{@code sink.micro-batch}: small micro-batches, see {@link SinkMicroBatchMeasurements}.
 * </ul>
 */
final class SinkMeasurements {
    /** What the names of these measurements begin with. */
    static final String NAME = "sink";

    private static final String APPEND = "sink.append.vs-bare";
    private static final String DEDUP = "sink.dedup.vs-bare";
    private static final String AVRO = "sink.avro.vs-json";
    private static final String WIDE_AVRO = AVRO + ".measurements";
    private static final String REFUSED = "sink.refused.vs-clean";
    private static final String COMPACTION = "sink.compaction.vs-none";

    private static final int RECORDS = 4_400_000;
    private static final int PER_BATCH = 200_000;

    /**
     * Micro-batches that do not count, on both sides: Spark compiles while they run. Delta's first checkpoint of the log is among them, the second
     * among the ten that count.
     */
    private static final int WARM_UP = 12;

    private static final int ROWS_THERE = 10_000_000;
    private static final int DAYS_THERE = 10;
    private static final String UNIT = "records/s";

    private final Sandbox sandbox;
    private final Consumer<String> console;
    private final SinkScripts scripts;

    /** @param sandbox with Kafka and Spark */
    SinkMeasurements(Sandbox sandbox, Consumer<String> console) {
        this.sandbox = sandbox;
        this.console = console;
        this.scripts = new SinkScripts(sandbox);
    }

    List<Measurement> measure(Selection wanted) throws IOException {
        List<Measurement> measurements = new ArrayList<>();
        if (List.of(APPEND, DEDUP, AVRO, REFUSED, COMPACTION).stream().anyMatch(wanted::includes)) {
            measurements.addAll(streams(wanted));
        }
        if (wanted.includes(WIDE_AVRO)) {
            measurements.add(wide());
        }
        if (wanted.touches(SinkBatchMeasurements.NAME)) {
            measurements.addAll(new SinkBatchMeasurements(sandbox, console).measure(wanted));
        }
        if (wanted.touches(SinkMicroBatchMeasurements.NAME)) {
            measurements.addAll(new SinkMicroBatchMeasurements(sandbox, console).measure());
        }
        return measurements.stream()
                .filter(measurement -> wanted.includes(measurement.name()))
                .toList();
    }

    private List<Measurement> streams(Selection wanted) throws IOException {
        SinkJob asItComes = SinkJob.of(sandbox, "sink-avro", "avro", PER_BATCH);
        SinkJob avro = asItComes.withoutCompaction();
        SinkJob json = SinkJob.of(sandbox, "sink-json", "json", PER_BATCH).withoutCompaction();
        console.accept("Writing %,d records to Kafka".formatted(RECORDS));
        scripts.messages(avro, json, 0, RECORDS);
        List<Measurement> measurements = new ArrayList<>();
        List<Object> tables = new ArrayList<>(List.of(bareTable(), SinkScripts.ALL, avro.table(), SinkScripts.ALL));
        double bare = bare(avro);
        Pace pace = pace(avro, RECORDS);
        measurements.add(new Measurement(APPEND, pace.speed(), bare, UNIT));
        if (wanted.includes(AVRO)) {
            measurements.add(inTurns(AVRO, avro, pace, json, tables));
        }
        if (wanted.includes(REFUSED)) {
            Pace refusing = pace(avro.refusing("sink-refused"), RECORDS);
            measurements.add(new Measurement(REFUSED, refusing.speed(), pace.speed(), UNIT));
        }
        if (wanted.includes(COMPACTION)) {
            SinkJob compacting = asItComes.again("sink-compacting");
            measurements.add(
                    new Measurement(COMPACTION, pace(compacting, RECORDS).speed(), pace.speed(), UNIT));
            tables.addAll(List.of(compacting.table(), SinkScripts.ALL));
        }
        if (wanted.includes(DEDUP)) {
            SinkJob there = jobWithRowsThere();
            measurements.add(
                    new Measurement(DEDUP, pace(there, ROWS_THERE + RECORDS).speed(), bare, UNIT));
            tables.addAll(List.of(there.table(), "stream"));
        }
        scripts.requireSameIdentities(tables);
        return measurements;
    }

    private Measurement wide() throws IOException {
        SinkJob avro = wide("sink-wide-avro", "avro");
        SinkJob json = wide("sink-wide-json", "json");
        console.accept("Writing %,d wide records to Kafka".formatted(RECORDS));
        scripts.messages(avro, json, 0, RECORDS);
        List<Object> tables = new ArrayList<>(List.of(avro.table(), SinkScripts.ALL));
        Measurement measurement = inTurns(WIDE_AVRO, avro, pace(avro, RECORDS), json, tables);
        scripts.requireSameIdentities(tables);
        return measurement;
    }

    private SinkJob wide(String name, String encoding) throws IOException {
        return SinkJob.of(sandbox, new Messages(name, Records.MEASUREMENTS, encoding), PER_BATCH)
                .withoutCompaction();
    }

    /**
     * Avro, JSON, Avro, JSON: a machine that is slower for some minutes slows both.
     *
     * @param tables gets the tables that are written here, as {@link SinkScripts#requireSameIdentities} takes them
     */
    private Measurement inTurns(String name, SinkJob avro, Pace first, SinkJob json, List<Object> tables)
            throws IOException {
        SinkJob avroAgain = avro.again(avro.name() + "-again");
        SinkJob jsonAgain = json.again(json.name() + "-again");
        Pace ofJson = pace(json, RECORDS);
        Pace ofAvro = first.and(pace(avroAgain, RECORDS));
        ofJson = ofJson.and(pace(jsonAgain, RECORDS));
        for (SinkJob written : List.of(json, avroAgain, jsonAgain)) {
            tables.addAll(List.of(written.table(), SinkScripts.ALL));
        }
        return new Measurement(name, ofAvro.speed(), ofJson.speed(), UNIT);
    }

    /** The table is made by the job, then filled, and only then there are messages. */
    private SinkJob jobWithRowsThere() throws IOException {
        SinkJob job = SinkJob.of(sandbox, "sink-dedup", "avro", PER_BATCH).withoutCompaction();
        SinkJob unread = SinkJob.of(sandbox, "sink-dedup-json", "json", PER_BATCH);
        job.makeTable();
        console.accept("Writing %,d rows of other identities to the table".formatted(ROWS_THERE));
        scripts.messages(job, unread, 0, RECORDS, job.table(), ROWS_THERE, DAYS_THERE);
        return job;
    }

    private Path bareTable() {
        return sandbox.data().resolve("bare");
    }

    private double bare(SinkJob job) throws IOException {
        console.accept("Bare query");
        JsonNode result = scripts.run(
                "sink_peer.py",
                sandbox.kafka().bootstrapServers(),
                job.name(),
                job.wireSchema(),
                bareTable(),
                sandbox.data().resolve("bare-checkpoint"),
                PER_BATCH,
                WARM_UP);
        if (result.path("rows").asLong() != RECORDS) {
            throw new SandboxException("The bare query wrote %s rows instead of %d: the comparison would not be fair"
                    .formatted(result.path("rows"), RECORDS));
        }
        return told(
                "bare query",
                result.path("measured").asLong() / result.path("seconds").asDouble());
    }

    /**
     * What micro-batches took.
     *
     * @param rows records that they read
     * @param millis from the beginning to the end of each, together
     */
    private record Pace(long rows, long millis) {
        Pace and(Pace other) {
            return new Pace(rows + other.rows, millis + other.millis);
        }

        /** Records a second. */
        double speed() {
            return rows * 1000.0 / millis;
        }
    }

    /** What all micro-batches took but those that warm up. */
    private Pace pace(SinkJob job, long recordsInTheEnd) throws IOException {
        console.accept("IngestJob " + job.name());
        List<MicroBatch> batches = job.stream(job.name(), recordsInTheEnd);
        List<MicroBatch> measured = batches.subList(Math.min(WARM_UP, batches.size()), batches.size());
        Pace pace = new Pace(
                measured.stream().mapToLong(MicroBatch::rows).sum(),
                measured.stream().mapToLong(MicroBatch::millis).sum());
        told("IngestJob " + job.name(), pace.speed());
        return pace;
    }

    private double told(String what, double speed) {
        console.accept(String.format(Locale.ROOT, "  %s: %,.0f records/s", what, speed));
        return speed;
    }
}
