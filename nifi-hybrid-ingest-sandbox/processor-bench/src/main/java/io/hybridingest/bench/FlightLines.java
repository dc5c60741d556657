package io.hybridingest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The flights of 2013, shuffled so that event times of the whole year are in every FlowFile. */
final class FlightLines implements Source {
    private static final long SEED = 2013;
    private static final int LOOKED_AROUND = 1_000;
    private static final Pattern DEPARTURE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z");

    private final List<String> json;
    private final List<String> csv;
    private final String csvHeader;
    private final Instant boundary;

    private FlightLines(List<String> json, String csvHeader, List<String> csv) {
        this.json = json;
        this.csvHeader = csvHeader;
        this.csv = csv;
        this.boundary =
                boundary(csv.stream().map(FlightLines::departure).sorted().toList());
    }

    /**
     * Reads {@code flights.json}, an object a line, and {@code flights.csv}, which has a header, the same flights in the same order.
     */
    static FlightLines read(Path directory) throws IOException {
        List<String> json = new ArrayList<>(Files.readAllLines(directory.resolve("flights.json")));
        List<String> csv = new ArrayList<>(Files.readAllLines(directory.resolve("flights.csv")));
        String header = csv.removeFirst();
        if (json.size() != csv.size()) {
            throw new IOException(
                    "%s holds %d flights as JSON and %d as CSV".formatted(directory, json.size(), csv.size()));
        }
        Collections.shuffle(json, new Random(SEED));
        Collections.shuffle(csv, new Random(SEED));
        return new FlightLines(json, header, csv);
    }

    @Override
    public Kind kind() {
        return Kind.FLIGHTS;
    }

    @Override
    public List<Format> formats() {
        return List.of(Format.JSON, Format.CSV, Format.CSV_TYPED);
    }

    @Override
    public String header(Format format) {
        return format == Format.JSON ? "" : csvHeader + "\n";
    }

    @Override
    public String line(long index, Format format) {
        List<String> lines = format == Format.JSON ? json : csv;
        return lines.get((int) (index % lines.size()));
    }

    @Override
    public Instant boundary() {
        return boundary;
    }

    private static Instant departure(String line) {
        Matcher matcher = DEPARTURE.matcher(line);
        if (!matcher.find()) {
            throw new IllegalArgumentException("A flight without departure: " + line);
        }
        return Instant.parse(matcher.group());
    }

    /** Begins the longest pause between two departures, most likely a night, where a fifth of the flights have left. */
    private static Instant boundary(List<Instant> departures) {
        int fifth = departures.size() / 5;
        int from = Math.max(1, fifth - LOOKED_AROUND);
        int to = Math.min(departures.size(), fifth + LOOKED_AROUND);
        Instant begin = departures.get(from - 1);
        Duration longest = Duration.ZERO;
        for (int i = from; i < to; i++) {
            Duration pause = Duration.between(departures.get(i - 1), departures.get(i));
            if (pause.compareTo(longest) > 0) {
                longest = pause;
                begin = departures.get(i - 1);
            }
        }
        return begin.plusSeconds(1);
    }
}
