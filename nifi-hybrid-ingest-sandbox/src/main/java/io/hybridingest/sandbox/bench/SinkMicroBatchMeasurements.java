package io.hybridingest.sandbox.bench;

import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.bench.SinkJob.MicroBatch;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Micro-batches of 1,000 rows, all into one day.
 *
 * <ul>
 *   <li>{@code sink.micro-batch}: seconds that the one in the middle takes, on a young table.
 *   <li>{@code sink.micro-batch.refused}: the same where a check refuses one record in a hundred (ours), against none (peer).
 *   <li>{@code sink.micro-batch.aged}: the same on a table of about 1,000 versions, each of which added a file to the same day (ours), against
 *       the young one (peer).
 * </ul>
 *
 * Both runs are as warm: of each the last micro-batches count.
 */
final class SinkMicroBatchMeasurements {
    /** What the names of these measurements begin with. */
    static final String NAME = "sink.micro-batch";

    private static final int ROWS = 1_000;
    private static final int BATCHES = 40;
    private static final int MEASURED = 20;
    private static final int VERSIONS = 960;

    private final Sandbox sandbox;
    private final Consumer<String> console;
    private final SinkScripts scripts;

    /** @param sandbox with Kafka and Spark */
    SinkMicroBatchMeasurements(Sandbox sandbox, Consumer<String> console) {
        this.sandbox = sandbox;
        this.console = console;
        this.scripts = new SinkScripts(sandbox);
    }

    List<Measurement> measure() throws IOException {
        SinkJob job = SinkJob.of(sandbox, "sink-small", "avro", ROWS);
        SinkJob unread = SinkJob.of(sandbox, "sink-small-json", "json", ROWS);
        long records = (long) ROWS * BATCHES;
        scripts.messages(job, unread, 0, records);
        double young = told("young table", median(job.stream("sink-young", records)));
        double refused = told(
                "of which ten are refused",
                median(job.refusing("sink-small-refused").stream("small-refused", records)));
        scripts.messages(job, unread, records, records);
        scripts.run("sink_history.py", job.table(), VERSIONS, ROWS);
        double aged = told(
                "table of %d more versions".formatted(VERSIONS),
                median(job.stream("sink-aged", 2 * records + (long) VERSIONS * ROWS)));
        return List.of(
                Measurement.alone(NAME, young, "s"),
                Measurement.lessIsBetter(NAME + ".refused", refused, young, "s"),
                Measurement.lessIsBetter(NAME + ".aged", aged, young, "s"));
    }

    /** Seconds of the one in the middle of the last micro-batches. */
    static double median(List<MicroBatch> batches) {
        List<Long> millis = batches.subList(Math.max(0, batches.size() - MEASURED), batches.size()).stream()
                .map(MicroBatch::millis)
                .sorted()
                .toList();
        return millis.get(millis.size() / 2) / 1000.0;
    }

    private double told(String what, double seconds) {
        console.accept(String.format(Locale.ROOT, "  micro-batch of %,d rows, %s: %.3f s", ROWS, what, seconds));
        return seconds;
    }
}
