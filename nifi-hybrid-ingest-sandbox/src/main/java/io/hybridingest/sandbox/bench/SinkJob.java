package io.hybridingest.sandbox.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.SingleObjectEncoding;
import io.hybridingest.sandbox.ChildProcess;
import io.hybridingest.sandbox.IngestJobLaunch;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.Waiting;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The job of one pipeline, with a landing zone and a table of its own.
 *
 * @param sandbox with Kafka and Spark
 * @param name of the pipeline
 * @param messages what its stream lane reads
 * @param checks of the pipeline, in YAML, may be empty
 * @param conf lines of {@code spark-defaults.conf}
 */
record SinkJob(Sandbox sandbox, String name, Messages messages, String checks, List<String> conf) {
    /** How long anything here is waited for. */
    static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final String YAML = """
            pipeline: %1$s
            %6$sevent-time: {field: %7$s}
            checks: [%5$s]
            transform: SELECT *, date(%7$s) AS day FROM input
            stream: {topic: %4$s, encoding: %2$s, trigger: 1 second}
            batch: {landing: %3$s/landing-%1$s}
            table: {path: %3$s/%1$s, write: append, partition-by: [day]}
            """;

    /** What the records are. {@code sink_messages.py} makes them, and knows them by the name of their schema. */
    enum Records {
        /** Six fields, four of them text. */
        PAYMENTS("paid_at", """
                schema:
                  type: record
                  name: Payment
                  fields:
                    - {name: payment_id, type: string}
                    - {name: account, type: string}
                    - {name: amount, type: {type: bytes, logicalType: decimal, precision: 18, scale: 2}}
                    - {name: merchant, type: string}
                    - {name: paid_at, type: {type: long, logicalType: timestamp-micros}}
                    - {name: card, type: [null, string], default: null}
                identity: [payment_id, paid_at]
                """),

        /** What a cell of a mobile network counts and measures in a quarter of an hour: 24 numbers. */
        MEASUREMENTS("measured_at", """
                schema:
                  type: record
                  name: Measurement
                  fields:
                    - {name: cell, type: string}
                    - {name: measured_at, type: {type: long, logicalType: timestamp-micros}}
                    - {name: throughput_down_mbps, type: double}
                    - {name: throughput_up_mbps, type: double}
                    - {name: latency_ms, type: double}
                    - {name: jitter_ms, type: double}
                    - {name: packet_loss_percent, type: double}
                    - {name: signal_power_dbm, type: double}
                    - {name: signal_quality_db, type: double}
                    - {name: signal_to_noise_db, type: double}
                    - {name: channel_quality, type: double}
                    - {name: block_errors_percent, type: double}
                    - {name: load_down_percent, type: double}
                    - {name: load_up_percent, type: double}
                    - {name: users_mean, type: double}
                    - {name: available_percent, type: double}
                    - {name: users_most, type: long}
                    - {name: connections_tried, type: long}
                    - {name: connections_made, type: long}
                    - {name: sessions_tried, type: long}
                    - {name: sessions_made, type: long}
                    - {name: sessions_dropped, type: long}
                    - {name: handovers_tried, type: long}
                    - {name: handovers_made, type: long}
                    - {name: bytes_down, type: long}
                    - {name: bytes_up, type: long}
                identity: [cell, measured_at]
                """);

        private final String eventTime;
        private final String schemaAndIdentity;

        Records(String eventTime, String schemaAndIdentity) {
            this.eventTime = eventTime;
            this.schemaAndIdentity = schemaAndIdentity;
        }
    }

    /** One payment in a hundred is smaller. */
    private static final String REFUSE_ONE_PERCENT = "{name: large, require: amount >= 100}";

    private static final int PARTITIONS = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What is in a topic.
     *
     * @param topic its name
     * @param encoding {@code avro} or {@code json}
     */
    record Messages(String topic, Records records, String encoding) {}

    SinkJob {
        conf = List.copyOf(conf);
    }

    /** A job of payments, see the other method. */
    static SinkJob of(Sandbox sandbox, String name, String encoding, int perBatch) throws IOException {
        return of(sandbox, new Messages(name, Records.PAYMENTS, encoding), perBatch);
    }

    /**
     * Makes the topic, which the job has its name of; starts nothing.
     *
     * @param perBatch most records of a micro-batch
     */
    static SinkJob of(Sandbox sandbox, Messages messages, int perBatch) throws IOException {
        Files.createDirectories(sandbox.data());
        sandbox.kafka().createTopic(messages.topic(), PARTITIONS);
        List<String> conf = List.of("spark.driver.memory 2g", "spark.hybridingest.max-offsets-per-trigger " + perBatch);
        return new SinkJob(sandbox, messages.topic(), messages, "", conf);
    }

    /** A job of its own that does the same with the same messages. */
    SinkJob again(String other) {
        return new SinkJob(sandbox, other, messages, checks, conf);
    }

    /** A job of its own that does the same with the same payments, and refuses one in a hundred. */
    SinkJob refusing(String other) {
        return new SinkJob(sandbox, other, messages, REFUSE_ONE_PERCENT, conf);
    }

    /** The same, which leaves files as micro-batches write them. */
    SinkJob withoutCompaction() {
        List<String> more = new ArrayList<>(conf);
        more.add("spark.databricks.delta.autoCompact.enabled false");
        return new SinkJob(sandbox, name, messages, checks, more);
    }

    private PipelineDefinition pipeline() {
        Records records = messages.records();
        return PipelineDefinition.fromYaml(YAML.formatted(
                name,
                messages.encoding(),
                sandbox.data(),
                messages.topic(),
                checks,
                records.schemaAndIdentity,
                records.eventTime));
    }

    private IngestJobLaunch launches() {
        return new IngestJobLaunch(sandbox, pipeline(), List.of(), conf);
    }

    Path table() {
        return sandbox.data().resolve(name);
    }

    /** Where prepared records land. */
    Path landing() {
        return sandbox.data().resolve("landing-" + name).resolve("records");
    }

    Path wireSchema() throws IOException {
        return Files.writeString(
                sandbox.data().resolve(name + ".avsc"), pipeline().wireSchema().toString());
    }

    /** What each message begins with, in hexadecimal digits. */
    String messagePrefix() {
        return HexFormat.of()
                .formatHex(SingleObjectEncoding.of(pipeline().wireSchema()).prefix());
    }

    /** Has the job make its table, while there is nothing to read. */
    void makeTable() throws IOException {
        stream(name + "-empty", () -> Files.isDirectory(table().resolve("_delta_log")));
    }

    /**
     * Runs the stream lane until table and quarantine have all records.
     *
     * @param run name of the run
     * @return its micro-batches that had records
     * @throws SandboxException where the table has another number of rows in the end
     */
    List<MicroBatch> stream(String run, long rowsInTheEnd) throws IOException {
        stream(run, () -> rows() >= rowsInTheEnd);
        requireRows(rowsInTheEnd);
        List<MicroBatch> batches = new ArrayList<>();
        for (String line : Files.readAllLines(launches().run(run).resolve("progress.jsonl"))) {
            JsonNode batch = JSON.readTree(line);
            if (batch.path("rowsIn").asLong() > 0) {
                batches.add(new MicroBatch(
                        batch.path("rowsIn").asLong(),
                        batch.path("durationMillis").path("triggerExecution").asLong()));
            }
        }
        return batches;
    }

    /**
     * A micro-batch that had records.
     *
     * @param rows records read
     * @param millis from its beginning to its end
     */
    record MicroBatch(long rows, long millis) {}

    /** Runs the batch lane to its end: seconds from the launch to the end of the process. */
    double batch(String run, long rowsInTheEnd) throws IOException {
        long start = System.nanoTime();
        ChildProcess job = launches().launch(run, "--mode", "batch");
        Waiting.until(run + "; see " + job.log(), PATIENCE, () -> !job.isAlive());
        double seconds = (System.nanoTime() - start) / 1e9;
        if (job.exitValue() != 0) {
            throw new SandboxException(
                    "%s failed. Its log, %s, ends with:%n%s".formatted(run, job.log(), job.lastLines()));
        }
        requireRows(rowsInTheEnd);
        return seconds;
    }

    private void stream(String run, Callable<Boolean> done) throws IOException {
        ChildProcess job = launches().launch(run, "--mode", "stream");
        job.awaitReady(run + " to be done", PATIENCE, done);
        launches().askToStop(job);
        Waiting.until(run + " to stop; see " + job.log(), PATIENCE, () -> !job.isAlive());
    }

    /** Rows of the table and of its quarantine. */
    private long rows() {
        Path quarantine = table().resolveSibling(table().getFileName() + "_quarantine");
        return new DeltaLog(table()).refreshed().rows()
                + new DeltaLog(quarantine).refreshed().rows();
    }

    private void requireRows(long expected) {
        if (rows() != expected) {
            throw new SandboxException("%s wrote %d rows instead of %d".formatted(name, rows(), expected));
        }
    }
}
