package io.hybridingest.bench.publish;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hybridingest.kafka.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How fast records reach a real broker, against Kafka's own ProducerPerformance with values as long as ours and the same
 * client settings, in one JVM. Prints each finding as a line of JSON that begins with <code>{"name"</code>, and what
 * happens as lines of text.
 *
 * <ul>
 *   <li>{@code publish.slice.vs-producer-performance.N}: Avro containers of N records, sliced.
 *   <li>{@code publish.parse.vs-producer-performance.N}: JSON lines of N records, parsed and written as Avro.
 *   <li>{@code publish.slice.vs-producer-performance-same-bytes.N}, {@code publish.parse.vs-producer-performance-same-bytes.N}: the same, but
 *       ProducerPerformance's values are as long as our values, keys and headers together.
 *   <li>{@code publish.reader.vs-producer-performance.N}: the same lines read by NiFi's JSON reader.
 *   <li>{@code publish.transactional.vs-idempotent.N}: containers sliced, with and without transactions.
 * </ul>
 *
 * The name without the N is the one of FlowFiles of 50,000 records.
 */
public final class PublishBench {
    private static final String SLICE = "publish.slice.vs-producer-performance";
    private static final String PARSE = "publish.parse.vs-producer-performance";
    private static final String SLICE_SAME_BYTES = SLICE + "-same-bytes";
    private static final String PARSE_SAME_BYTES = PARSE + "-same-bytes";
    private static final String READER = "publish.reader.vs-producer-performance";
    private static final String TRANSACTIONAL = "publish.transactional.vs-idempotent";
    private static final int DISTINCT = 50_000;
    private static final List<Integer> SIZES = List.of(DISTINCT, 100, 1);

    private PublishBench() {}

    /**
     * Measures.
     *
     * @param arguments bootstrap servers, an existing topic, records a round, rounds; then, where not everything is wanted,
     *     the first parts of the names of the findings, such as {@code publish.slice}
     */
    public static void main(String[] arguments) throws IOException {
        String servers = arguments[0];
        String topic = arguments[1];
        Contest contest =
                new Contest(Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]), System.out::println);
        String prefix = arguments.length > 4 ? arguments[4] : "";
        Purchases purchases = Purchases.of(DISTINCT, topic);
        Path directory = Files.createTempDirectory("publish-bench");
        KafkasOwn peer = new KafkasOwn(
                "ProducerPerformance",
                KafkasOwn.payloads(purchases.payloads(), directory.resolve("values.txt")),
                topic,
                servers);
        KafkasOwn sameBytes = new KafkasOwn(
                "ProducerPerformance, as many bytes as whole messages",
                KafkasOwn.payloads(purchases.payloadsOfWholeMessages(), directory.resolve("messages.txt")),
                topic,
                servers);
        for (int recordsEach : SIZES) {
            Comparison comparison = new Comparison(purchases, recordsEach, servers, peer, sameBytes, prefix);
            if (comparison.isWanted()) {
                comparison.run(contest);
            }
        }
    }

    /** All comparisons for one size of FlowFile. */
    private record Comparison(
            Purchases purchases, int recordsEach, String servers, KafkasOwn peer, KafkasOwn sameBytes, String prefix) {
        void run(Contest contest) {
            System.out.println("FlowFiles of " + recordsEach + " records");
            List<byte[]> containers = purchases.containers(recordsEach);
            System.out.println(Decompression.measured(containers, purchases.count()));
            List<byte[]> lines = purchases.lines(recordsEach);
            try (Side slice = new Publisher("slice", purchases, containers, Delivery.TRANSACTIONAL, null, servers);
                    Side idempotent =
                            new Publisher("idempotent", purchases, containers, Delivery.IDEMPOTENT, null, servers);
                    Side parse = new Publisher("parse", purchases, lines, Delivery.TRANSACTIONAL, null, servers);
                    Side reader = new Publisher(
                            "reader",
                            purchases,
                            lines,
                            Delivery.TRANSACTIONAL,
                            JsonReading.of(purchases.pipeline().wireSchema()),
                            servers)) {
                List<Side> sides = new ArrayList<>();
                if (isWanted(SLICE) || isWanted(PARSE) || isWanted(READER)) {
                    sides.add(peer);
                }
                if (isWanted(SLICE_SAME_BYTES) || isWanted(PARSE_SAME_BYTES)) {
                    sides.add(sameBytes);
                }
                if (isWanted(SLICE) || isWanted(SLICE_SAME_BYTES) || isWanted(TRANSACTIONAL)) {
                    sides.add(slice);
                }
                if (isWanted(TRANSACTIONAL)) {
                    sides.add(idempotent);
                }
                if (isWanted(PARSE) || isWanted(PARSE_SAME_BYTES)) {
                    sides.add(parse);
                }
                if (isWanted(READER)) {
                    sides.add(reader);
                }
                Map<Side, Double> speeds = contest.measure(sides);
                find(SLICE, speeds.get(slice), speeds.get(peer));
                find(SLICE_SAME_BYTES, speeds.get(slice), speeds.get(sameBytes));
                find(PARSE, speeds.get(parse), speeds.get(peer));
                find(PARSE_SAME_BYTES, speeds.get(parse), speeds.get(sameBytes));
                find(READER, speeds.get(reader), speeds.get(peer));
                find(TRANSACTIONAL, speeds.get(slice), speeds.get(idempotent));
            }
        }

        private boolean isWanted() {
            return Stream.of(SLICE, SLICE_SAME_BYTES, PARSE, PARSE_SAME_BYTES, READER, TRANSACTIONAL)
                    .anyMatch(this::isWanted);
        }

        private boolean isWanted(String name) {
            String whole = name + "." + recordsEach;
            return prefix.isEmpty() || whole.equals(prefix) || whole.startsWith(prefix + ".");
        }

        private void find(String name, Double ours, Double theirs) {
            if (ours == null || theirs == null || !isWanted(name)) {
                return;
            }
            print(name + "." + recordsEach, ours, theirs);
            if (recordsEach == DISTINCT) {
                print(name, ours, theirs);
            }
        }

        private static void print(String name, double ours, double theirs) {
            System.out.println(JsonNodeFactory.instance
                    .objectNode()
                    .put("name", name)
                    .put("ours", ours)
                    .put("peer", theirs)
                    .put("unit", "records/s"));
        }
    }
}
