package io.hybridingest.sandbox.bench;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.Waiting;
import io.hybridingest.sandbox.feed.BulkFeed;
import io.hybridingest.sandbox.feed.FeedScale;
import io.hybridingest.sandbox.proof.DeltaLog;
import io.hybridingest.sandbox.proof.HybridRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Records a second from a source to the table, lane by lane, against the same Spark query run bare: the same flights, the
 * same layout of the table, no NiFi, no checks, no identity, no ledger.
 *
 * <ul>
 *   <li>{@code end-to-end.batch}: all flights as CSV files. Ours: from the first file's arrival to the last row's commit, one
 *       Spark launch or more included. Peer: spark-submit of a script that reads the same files, from its start to its end.
 *   <li>{@code end-to-end.stream}: flights posted over HTTP as JSON. Ours: from the first request to the last row's commit,
 *       the stream job running. Peer: a query that reads what our publisher wrote to Kafka, from the query's start to its
 *       last commit.
 * </ul>
 *
 * The peers run with the flow stopped, so that they have the machine to themselves.
 */
final class EndToEnd {
    /** What the names of these measurements begin with. */
    static final String NAME = "end-to-end";

    private static final int STREAM_RECORDS = 100_000;
    private static final int PER_REQUEST = 500;
    private static final long MAX_OFFSETS = 200_000;
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** Longer than what is posted is old, so that it takes the stream lane; the files take the batch lane by their size. */
    private static final Duration LATE_AFTER = Duration.ofHours(24);

    private final Sandbox sandbox;
    private final Consumer<String> console;
    private final HybridRun run;
    private final DeltaLog table;

    EndToEnd(Sandbox sandbox, Consumer<String> console) {
        this.sandbox = sandbox;
        this.console = console;
        FeedScale scale = new FeedScale(13, 1, 1, 1, LATE_AFTER, 0, 2013);
        this.run = new HybridRun(sandbox, scale, Set.of(), console);
        this.table = new DeltaLog(run.table());
    }

    List<Measurement> measure() throws IOException {
        BulkFeed feed = BulkFeed.read(sandbox.spark().flights().resolve("flights.csv.zip"));
        Path files = sandbox.data().resolve("csv");
        feed.writeFiles(files);
        run.startFlow();
        double batch = batch(feed, files);
        double stream = stream(feed);
        sandbox.nifi().api().stop(run.group());
        BareSpark bare = new BareSpark(sandbox);
        Path tables = Files.createDirectories(sandbox.data().resolve("bare"));
        console.accept("Bare batch query");
        BareSpark.Result bareBatch = bare.run("bare_batch.py", feed.size(), files, tables.resolve("batch"));
        console.accept("Bare stream query");
        // The topic also holds what of the files was fresh enough for the stream lane.
        BareSpark.Result bareStream = bare.run(
                "bare_stream.py",
                table.refreshed().rows("stream"),
                sandbox.kafka().bootstrapServers(),
                HybridRun.PIPELINE,
                wireSchema(),
                tables.resolve("stream"),
                tables.resolve("checkpoint"),
                MAX_OFFSETS);
        return List.of(
                new Measurement("end-to-end.batch", batch, feed.size() / bareBatch.processSeconds(), "records/s"),
                new Measurement(
                        "end-to-end.stream", stream, bareStream.rows() / bareStream.querySeconds(), "records/s"));
    }

    /** The schema of what the publisher wrote, by the definition that the stream job was launched with. */
    private Path wireSchema() throws IOException {
        try (Stream<Path> runs = Files.list(sandbox.sparkRuns())) {
            Path definition = runs.map(directory -> directory.resolve("pipeline.json"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            PipelineDefinition pipeline = PipelineDefinition.fromJson(Files.readString(definition));
            return Files.writeString(
                    sandbox.data().resolve("wire-schema.avsc"),
                    pipeline.wireSchema().toString());
        }
    }

    private double batch(BulkFeed feed, Path files) throws IOException {
        console.accept("Batch lane: %,d flights in files".formatted(feed.size()));
        long start = System.nanoTime();
        BulkFeed.drop(files, run.incoming());
        return feed.size() / secondsUntil(feed.size(), start);
    }

    private double stream(BulkFeed feed) {
        console.accept("Stream lane: %,d flights over HTTP".formatted(STREAM_RECORDS));
        long before = table.refreshed().rows();
        long start = System.nanoTime();
        feed.post(run.live(), STREAM_RECORDS, PER_REQUEST);
        return STREAM_RECORDS / secondsUntil(before + STREAM_RECORDS, start);
    }

    private double secondsUntil(long rows, long start) {
        Waiting.until(
                "%,d rows in %s".formatted(rows, run.table()),
                PATIENCE,
                () -> table.refreshed().rows() >= rows);
        return (System.nanoTime() - start) / 1e9;
    }
}
