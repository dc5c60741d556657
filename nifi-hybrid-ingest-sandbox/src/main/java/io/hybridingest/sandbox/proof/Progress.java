package io.hybridingest.sandbox.proof;

import io.hybridingest.sandbox.NifiApi.Queue;
import io.hybridingest.sandbox.feed.Feeder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/** Tells a line every few seconds, and knows when nothing moves any more. Used by one thread. */
final class Progress implements AutoCloseable {
    private static final Duration TICK = Duration.ofSeconds(5);

    /** A file is put into place a moment after it was last written. */
    private static final Duration PUT_INTO_PLACE = Duration.ofSeconds(2);

    private final Consumer<String> console;
    private final Feeder feeder;
    private final DeltaLog table;
    private final DeltaLog quarantine;
    private final Admin admin;
    private final KafkaLag lag;
    private final Supplier<List<Queue>> queues;
    private final SparkRuns runs;
    private final Path landing;
    private final long start = System.nanoTime();

    Progress(
            Consumer<String> console,
            Feeder feeder,
            DeltaLog table,
            DeltaLog quarantine,
            Admin admin,
            Function<Admin, KafkaLag> lag,
            Supplier<List<Queue>> queues,
            SparkRuns runs,
            Path landing) {
        this.console = console;
        this.feeder = feeder;
        this.table = table;
        this.quarantine = quarantine;
        this.admin = admin;
        this.lag = lag.apply(admin);
        this.queues = queues;
        this.runs = runs;
        this.landing = landing;
    }

    /** Waits for the next tick, or the end of the work; true at its end. */
    boolean awaitTick(CompletableFuture<?> work) {
        try {
            work.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillGoing) {
            return false;
        } catch (ExecutionException failed) {
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** One line: what is in, on the way, and there. */
    void tell() {
        table.refreshed();
        console.accept(
                "%4d s  sent %,8d   in table %,8d (stream %,d, batch %,d)   quarantined %d of %d   lag %s   in NiFi %d"
                        .formatted(
                                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                                feeder.distinctSent(),
                                table.rows(),
                                table.rows("stream"),
                                table.rows("batch"),
                                quarantine.refreshed().rows(),
                                feeder.brokenSent(),
                                lagText(),
                                waiting()));
    }

    private String lagText() {
        long behind = lag.offsetsBehind();
        return behind < 0 ? "?" : String.valueOf(behind);
    }

    /** Returns when everything has reached its place, or time is up, with a word about what is still on its way. */
    void settle(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<String> moving = moving();
        while (moving.isPresent() && System.nanoTime() < deadline) {
            tell();
            LockSupport.parkNanos(TICK.toNanos());
            moving = moving();
        }
        tell();
        moving.ifPresent(what -> console.accept("Not settled after %d s: %s".formatted(patience.toSeconds(), what)));
    }

    /** What has not reached its place. */
    private Optional<String> moving() {
        long waiting = waiting();
        if (waiting > 0) {
            return Optional.of(waiting + " FlowFiles wait in NiFi");
        }
        long behind = lag.offsetsBehind();
        if (behind != 0) {
            return Optional.of("the stream job is %d offsets behind".formatted(behind));
        }
        Instant landed = lastLanded().plus(PUT_INTO_PLACE);
        if (runs.lastSuccessfulBatch()
                .filter(launched -> launched.isAfter(landed))
                .isEmpty()) {
            return Optional.of("no batch run has succeeded since the last file landed at " + landed);
        }
        return Optional.empty();
    }

    /** FlowFiles with data; what is only to be logged does not count. */
    private long waiting() {
        return queues.get().stream()
                .filter(queue -> !queue.destination().startsWith("Log "))
                .mapToLong(Queue::flowFiles)
                .sum();
    }

    private Instant lastLanded() {
        try (Stream<Path> files = Files.walk(landing)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.toFile().lastModified())
                    .max(Long::compare)
                    .map(Instant::ofEpochMilli)
                    .orElse(Instant.EPOCH);
        } catch (IOException nothingLanded) {
            return Instant.EPOCH;
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
