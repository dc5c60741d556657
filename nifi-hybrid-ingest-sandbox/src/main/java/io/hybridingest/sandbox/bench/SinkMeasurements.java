package io.hybridingest.sandbox.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.SingleObjectEncoding;
import io.hybridingest.sandbox.ChildProcess;
import io.hybridingest.sandbox.IngestJobLaunch;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.SparkScript;
import io.hybridingest.sandbox.Waiting;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The Spark job's stream lane, without NiFi, against the bare Spark query that does the same with nothing around it: Kafka, decode,
 * transform, append. The same messages, the same day partitions, micro-batches of the same size, two cores.
 *
 * <ul>
 *   <li>{@code sink.dedup-new.vs-bare}: every identity is looked up in a table that holds none of them in the beginning.
 *   <li>{@code sink.dedup.vs-bare}: the same in a table of 10,000,000 rows in days, the newest of which the messages belong to.
 *   <li>{@code sink.avro.vs-json}: the job with Avro messages, against the job with the same records as JSON.
 *   <li>{@code sink.micro-batch}: seconds that a micro-batch of 1,000 rows takes, the one in the middle, on a table of about 1,000 versions
 *       against one of about 10.
 * </ul>
 */
final class SinkMeasurements {
    /** What the names of these measurements begin with. */
    static final String NAME = "sink";

    private static final String DEDUP_NEW = "sink.dedup-new.vs-bare";
    private static final String DEDUP = "sink.dedup.vs-bare";
    private static final String AVRO = "sink.avro.vs-json";

    private static final String YAML = """
            pipeline: %1$s
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
            event-time: {field: paid_at}
            transform: SELECT *, date(paid_at) AS day FROM input
            stream: {topic: %1$s, encoding: %2$s, trigger: 1 second}
            batch: {landing: %3$s/landing}
            table: {path: %3$s/%1$s, write: append, partition-by: [day]}
            """;

    private static final int PARTITIONS = 4;
    private static final int RECORDS = 2_000_000;
    private static final int PER_BATCH = 200_000;

    /** Micro-batches that do not count, on both sides: Spark compiles while they run. */
    private static final int WARM_UP = 3;

    private static final int ROWS_THERE = 10_000_000;
    private static final int DAYS_THERE = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final String UNIT = "records/s";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sandbox sandbox;
    private final Consumer<String> console;

    /** @param sandbox with Kafka and Spark */
    SinkMeasurements(Sandbox sandbox, Consumer<String> console) {
        this.sandbox = sandbox;
        this.console = console;
    }

    List<Measurement> measure(Selection wanted) throws IOException {
        Job avro = job("sink-avro", "avro");
        Job json = job("sink-json", "json");
        console.accept("Writing %,d records to Kafka".formatted(RECORDS));
        script("sink_messages.py", messages(avro, json));
        List<Measurement> measurements = new ArrayList<>();
        double bare = bare(avro);
        double avroSpeed = avro.speed(RECORDS);
        measurements.add(new Measurement(DEDUP_NEW, avroSpeed, bare, UNIT));
        if (wanted.touches(AVRO)) {
            measurements.add(new Measurement(AVRO, avroSpeed, json.speed(RECORDS), UNIT));
        }
        if (wanted.touches(DEDUP)) {
            measurements.add(new Measurement(DEDUP, speedWithRowsThere(), bare, UNIT));
        }
        return measurements.stream()
                .filter(measurement -> wanted.includes(measurement.name()))
                .toList();
    }

    /** The table is made by the job, then filled, and only then there are messages. */
    private double speedWithRowsThere() throws IOException {
        Job job = job("sink-dedup", "avro");
        Job unread = job("sink-dedup-json", "json");
        job.makeTable();
        console.accept("Writing %,d rows of other identities to the table".formatted(ROWS_THERE));
        List<Object> arguments = new ArrayList<>(messages(job, unread));
        arguments.addAll(List.of(job.table(), ROWS_THERE, DAYS_THERE));
        script("sink_messages.py", arguments);
        return job.speed(ROWS_THERE + RECORDS);
    }

    private double bare(Job job) throws IOException {
        console.accept("Bare query");
        JsonNode result = script(
                "sink_peer.py",
                List.of(
                        sandbox.kafka().bootstrapServers(),
                        job.name(),
                        wireSchema(job),
                        sandbox.data().resolve("bare"),
                        sandbox.data().resolve("bare-checkpoint"),
                        PER_BATCH,
                        WARM_UP));
        if (result.path("rows").asLong() != RECORDS) {
            throw new SandboxException("The bare query wrote %s rows instead of %d: the comparison would not be fair"
                    .formatted(result.path("rows"), RECORDS));
        }
        return told(
                "bare query",
                result.path("measured").asLong() / result.path("seconds").asDouble());
    }

    private List<Object> messages(Job avro, Job json) throws IOException {
        return List.of(
                sandbox.kafka().bootstrapServers(),
                wireSchema(avro),
                HexFormat.of()
                        .formatHex(SingleObjectEncoding.of(
                                        avro.launches().pipeline().wireSchema())
                                .prefix()),
                RECORDS,
                avro.name(),
                json.name());
    }

    private Path wireSchema(Job job) throws IOException {
        return Files.writeString(
                sandbox.data().resolve(job.name() + ".avsc"),
                job.launches().pipeline().wireSchema().toString());
    }

    private JsonNode script(String name, List<Object> arguments) throws IOException {
        ChildProcess process =
                new SparkScript(SinkMeasurements.class, name).run(sandbox, PATIENCE, arguments.toArray());
        for (String line : Files.readAllLines(process.log())) {
            if (line.startsWith("{\"rows\"")) {
                return JSON.readTree(line);
            }
        }
        throw new SandboxException(
                "%s failed. Its log, %s, ends with:%n%s".formatted(name, process.log(), process.lastLines()));
    }

    private double told(String what, double speed) {
        console.accept(String.format(Locale.ROOT, "  %s: %,.0f records/s", what, speed));
        return speed;
    }

    private Job job(String name, String encoding) throws IOException {
        Files.createDirectories(sandbox.data());
        sandbox.kafka().createTopic(name, PARTITIONS);
        PipelineDefinition pipeline = PipelineDefinition.fromYaml(YAML.formatted(name, encoding, sandbox.data()));
        return new Job(
                name,
                new IngestJobLaunch(
                        sandbox,
                        pipeline,
                        List.of(),
                        List.of("spark.driver.memory 2g", "spark.hybridingest.max-offsets-per-trigger " + PER_BATCH)));
    }

    /** The stream lane of one pipeline. */
    private final class Job {
        private final String name;
        private final IngestJobLaunch launches;

        private Job(String name, IngestJobLaunch launches) {
            this.name = name;
            this.launches = launches;
        }

        String name() {
            return name;
        }

        IngestJobLaunch launches() {
            return launches;
        }

        Path table() {
            return sandbox.data().resolve(name);
        }

        void makeTable() throws IOException {
            run(name + "-empty", () -> Files.isDirectory(table().resolve("_delta_log")));
        }

        /** Records a second of all micro-batches but those that warm up. */
        double speed(long rowsInTheEnd) throws IOException {
            console.accept("IngestJob " + name);
            run(name, () -> new DeltaLog(table()).refreshed().rows() >= rowsInTheEnd);
            long rows = new DeltaLog(table()).refreshed().rows();
            if (rows != rowsInTheEnd) {
                throw new SandboxException("IngestJob wrote %d rows instead of %d".formatted(rows, rowsInTheEnd));
            }
            long measured = 0;
            long millis = 0;
            int batches = 0;
            for (String line : Files.readAllLines(launches.run(name).resolve("progress.jsonl"))) {
                JsonNode batch = JSON.readTree(line);
                if (batch.path("rowsIn").asLong() == 0) {
                    continue;
                }
                batches++;
                if (batches > WARM_UP) {
                    measured += batch.path("rowsIn").asLong();
                    millis += batch.path("durationMillis")
                            .path("triggerExecution")
                            .asLong();
                }
            }
            return told("IngestJob " + name, measured * 1000.0 / millis);
        }

        private void run(String runName, Callable<Boolean> done) throws IOException {
            ChildProcess job = launches.launch(runName, "--mode", "stream");
            job.awaitReady(runName + " to be done", PATIENCE, done);
            launches.askToStop(job);
            Waiting.until(runName + " to stop; see " + job.log(), PATIENCE, () -> !job.isAlive());
        }
    }
}
