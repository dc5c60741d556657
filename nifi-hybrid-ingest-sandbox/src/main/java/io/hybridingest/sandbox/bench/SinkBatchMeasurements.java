package io.hybridingest.sandbox.bench;

import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The batch lane on landed Avro containers, each run into a table of its own, from the launch to the end of the process.
 *
 * <ul>
 *   <li>{@code sink.batch.vs-bare}: 3,000,000 records, against a bare Spark application that reads the same files and appends.
 *   <li>{@code sink.batch.linear}: microseconds that a record takes, in runs of 1,000,000, 3,000,000 and 10,000,000; where cost grows
 *       linearly, they do not grow.
 * </ul>
 */
final class SinkBatchMeasurements {
    /** What the names of these measurements begin with. */
    static final String NAME = "sink.batch";

    private static final String VS_BARE = NAME + ".vs-bare";
    private static final String LINEAR = NAME + ".linear";
    private static final int COMPARED = 3;
    private static final List<Integer> MILLIONS = List.of(1, COMPARED, 10);
    private static final int MILLION = 1_000_000;
    private static final int FILES_PER_MILLION = 8;
    private static final int DAYS = 10;
    private static final int PER_BATCH = 200_000;

    private final Sandbox sandbox;
    private final Consumer<String> console;
    private final SinkScripts scripts;

    /** @param sandbox with Kafka and Spark */
    SinkBatchMeasurements(Sandbox sandbox, Consumer<String> console) {
        this.sandbox = sandbox;
        this.console = console;
        this.scripts = new SinkScripts(sandbox);
    }

    List<Measurement> measure(Selection wanted) throws IOException {
        List<Measurement> measurements = new ArrayList<>();
        for (int millions : MILLIONS) {
            boolean compared = millions == COMPARED && wanted.touches(VS_BARE);
            if (!compared && !wanted.touches(LINEAR)) {
                continue;
            }
            SinkJob job = landed(millions);
            long records = (long) millions * MILLION;
            double seconds = job.batch(job.name(), records);
            told("IngestJob, batch, %dM records".formatted(millions), seconds);
            measurements.add(
                    Measurement.alone(LINEAR + "." + millions + "M", seconds * MILLION / records, "µs/record"));
            if (compared) {
                measurements.add(
                        new Measurement(VS_BARE, records / seconds, records / bare(job, records), "records/s"));
            }
        }
        return measurements;
    }

    private SinkJob landed(int millions) throws IOException {
        console.accept("Landing %dM records".formatted(millions));
        SinkJob job = SinkJob.of(sandbox, "sink-batch-" + millions, "avro", PER_BATCH);
        scripts.run(
                "sink_landing.py",
                job.wireSchema(),
                job.landing(),
                (long) millions * MILLION,
                millions * FILES_PER_MILLION,
                DAYS);
        return job;
    }

    private double bare(SinkJob job, long records) throws IOException {
        Path table = sandbox.data().resolve("bare-batch");
        long start = System.nanoTime();
        long rows = scripts.run("sink_batch_peer.py", job.landing(), table)
                .path("rows")
                .asLong();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (rows != records) {
            throw new SandboxException(
                    "The bare application wrote %d rows instead of %d: the comparison would not be fair"
                            .formatted(rows, records));
        }
        scripts.requireSameIdentities(List.of(table, SinkScripts.ALL, job.table(), SinkScripts.ALL));
        return told("bare batch, %dM records".formatted(records / MILLION), seconds);
    }

    private double told(String what, double seconds) {
        console.accept(String.format(Locale.ROOT, "  %s: %.1f s", what, seconds));
        return seconds;
    }
}
