package io.hybridingest.bench.publish;

import io.hybridingest.kafka.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How fast records reach a real broker, against Kafka's own ProducerPerformance with as many bytes a record and the same
 * client settings, in one JVM. Prints a line for each comparison: {@code name ours=… peer=… ratio=…}.
 *
 * <ul>
 *   <li>{@code publish.slice.vs-producer-performance.N}: Avro containers of N records, sliced.
 *   <li>{@code publish.lines.vs-producer-performance.N}: JSON lines of N records, sliced; each is longer than the peer's.
 *   <li>{@code publish.parse.vs-producer-performance.N}: JSON of N records read by NiFi's reader, written as Avro.
 *   <li>{@code publish.transactional.vs-idempotent.N}: containers sliced, with and without transactions.
 * </ul>
 */
public final class PublishBench {
    private static final int DISTINCT = 50_000;

    private PublishBench() {}

    /** @param arguments bootstrap servers, an existing topic, records a round, rounds, and which comparisons (all by default) */
    public static void main(String[] arguments) throws IOException {
        String servers = arguments[0];
        String topic = arguments[1];
        Contest contest =
                new Contest(Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]), System.out::println);
        Set<String> wanted = arguments.length > 4
                ? Set.of(arguments[4].split(","))
                : Set.of("slice", "lines", "parse", "transactional");
        Purchases purchases = Purchases.of(DISTINCT, topic);
        Path directory = Files.createTempDirectory("publish-bench");
        KafkasOwn peer = new KafkasOwn(KafkasOwn.payloads(purchases, directory), topic, servers);
        for (int recordsEach : sizes(arguments)) {
            new Comparison(purchases, recordsEach, servers, peer).run(contest, wanted);
        }
    }

    private static List<Integer> sizes(String[] arguments) {
        return arguments.length > 5
                ? List.of(arguments[5].split(",")).stream()
                        .map(Integer::valueOf)
                        .toList()
                : List.of(50_000, 100, 1);
    }

    /** All comparisons for one size of FlowFile. */
    private record Comparison(Purchases purchases, int recordsEach, String servers, KafkasOwn peer) {
        void run(Contest contest, Set<String> wanted) {
            List<byte[]> containers = purchases.containers(recordsEach);
            try (Side slice = new Publisher("slice", purchases, containers, Delivery.TRANSACTIONAL, null, servers);
                    Side idempotent =
                            new Publisher("idempotent", purchases, containers, Delivery.IDEMPOTENT, null, servers);
                    Side parse = new Publisher(
                            "parse",
                            purchases,
                            purchases.lines(recordsEach),
                            Delivery.TRANSACTIONAL,
                            JsonReading.of(purchases.pipeline().wireSchema()),
                            servers)) {
                List<Side> sides = new java.util.ArrayList<>();
                sides.add(peer);
                sides.add(slice);
                if (wanted.contains("transactional")) {
                    sides.add(idempotent);
                }
                if (wanted.contains("parse")) {
                    sides.add(parse);
                }
                Map<Side, Double> speeds = contest.measure(sides);
                say("publish.slice.vs-producer-performance", speeds.get(slice), speeds.get(peer));
                if (wanted.contains("parse")) {
                    say("publish.parse.vs-producer-performance", speeds.get(parse), speeds.get(peer));
                }
                if (wanted.contains("transactional")) {
                    say("publish.transactional.vs-idempotent", speeds.get(slice), speeds.get(idempotent));
                }
            }
        }

        private void say(String name, double ours, double peer) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "%s.%d ours=%.0f peer=%.0f ratio=%.2f (records/s)",
                    name,
                    recordsEach,
                    ours,
                    peer,
                    ours / peer));
        }
    }
}
