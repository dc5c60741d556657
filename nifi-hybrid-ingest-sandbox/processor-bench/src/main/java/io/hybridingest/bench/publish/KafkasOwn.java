package io.hybridingest.bench.publish;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.tools.ProducerPerformance;

/** Kafka's own ProducerPerformance, in this JVM, with the client settings that the publisher has. */
final class KafkasOwn implements Side {
    private static final Map<String, String> TUNED = Map.of(
            "linger.ms", "20",
            "batch.size", "262144",
            "buffer.memory", "67108864",
            "compression.type", "lz4",
            "acks", "all",
            "enable.idempotence", "true");

    private static final Pattern TOTAL =
            Pattern.compile("^(\\d+) records sent, ([0-9.]+) records/sec", Pattern.MULTILINE);

    private final String name;
    private final List<String> arguments;

    KafkasOwn(String name, Path payloads, String topic, String bootstrapServers) {
        this.name = name;
        arguments = new ArrayList<>(List.of(
                "--topic", topic, "--throughput", "-1", "--payload-file", payloads.toString(), "--producer-props"));
        arguments.add("bootstrap.servers=" + bootstrapServers);
        TUNED.forEach((property, value) -> arguments.add(property + "=" + value));
    }

    /** Writes the file that it takes its payloads from. */
    static Path payloads(List<String> payloads, Path file) {
        try {
            return Files.write(file, payloads);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double publish(long records) {
        List<String> all = new ArrayList<>(List.of("--num-records", Long.toString(records)));
        all.addAll(arguments);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = System.out;
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            ProducerPerformance.main(all.toArray(String[]::new));
        } catch (Exception e) {
            throw new IllegalStateException("ProducerPerformance failed", e);
        } finally {
            System.setOut(out);
        }
        // Its own figure, which leaves out the reading of the payloads.
        Matcher total = TOTAL.matcher(said.toString(StandardCharsets.UTF_8));
        double perSecond = 0;
        while (total.find()) {
            if (Long.parseLong(total.group(1)) == records) {
                perSecond = Double.parseDouble(total.group(2));
            }
        }
        if (perSecond == 0) {
            throw new IllegalStateException("ProducerPerformance did not send all: " + said);
        }
        return perSecond;
    }

    @Override
    public void close() {
        // Every run closes its producer.
    }
}
