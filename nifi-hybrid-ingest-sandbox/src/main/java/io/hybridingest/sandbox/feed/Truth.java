package io.hybridingest.sandbox.feed;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What was sent, written down beside the system under proof: {@code sent.jsonl}, one line for each good flight and each
 * of the feeds that sent it, and {@code broken.jsonl}, one line for each broken record. Written by one thread; the
 * counts may be read by any.
 */
final class Truth implements AutoCloseable {
    static final String SENT = "sent.jsonl";
    static final String BROKEN = "broken.jsonl";

    private final Clock clock;
    private final BufferedWriter sent;
    private final BufferedWriter broken;
    private final Set<Flight.Identity> live = new HashSet<>();
    private final Set<Flight.Identity> distinct = new HashSet<>();
    private final AtomicLong distinctCount = new AtomicLong();
    private final AtomicLong brokenCount = new AtomicLong();
    private boolean closed;

    Truth(Path directory, Clock clock) throws IOException {
        this.clock = clock;
        Files.createDirectories(directory);
        this.sent = Files.newBufferedWriter(directory.resolve(SENT));
        this.broken = Files.newBufferedWriter(directory.resolve(BROKEN));
    }

    /** Notes the first sending of a live flight; further ones change nothing. */
    void live(Flight flight, boolean unknownField) {
        if (live.add(flight.identity())) {
            write(sent, sentLine(flight, "live").put("unknownField", unknownField));
            count(flight);
        }
    }

    void history(Flight flight) {
        write(sent, sentLine(flight, "history"));
        count(flight);
    }

    void broken(String marker, Breakage breakage) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        write(broken, line.put("marker", marker).put("kind", breakage.kind()));
        brokenCount.incrementAndGet();
    }

    /** Distinct good flights so far. */
    long distinctSent() {
        return distinctCount.get();
    }

    long brokenSent() {
        return brokenCount.get();
    }

    private void count(Flight flight) {
        if (distinct.add(flight.identity())) {
            distinctCount.incrementAndGet();
        }
    }

    private ObjectNode sentLine(Flight flight, String feed) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("carrier", flight.carrier());
        line.put("flight", flight.number());
        line.put("origin", flight.origin());
        line.put("scheduledMicros", ChronoUnit.MICROS.between(Instant.EPOCH, flight.scheduledDeparture()));
        line.put("sentAt", clock.millis());
        return line.put("feed", feed);
    }

    private static void write(BufferedWriter writer, ObjectNode line) {
        try {
            writer.write(line.toString());
            writer.write('\n');
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** Completes the files. Closing again changes nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        // Both close, and say what they could not write, whatever becomes of the other.
        try (BufferedWriter first = sent;
                BufferedWriter second = broken) {
            first.flush();
            second.flush();
        }
    }
}
