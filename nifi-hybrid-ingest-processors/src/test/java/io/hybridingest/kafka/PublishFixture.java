package io.hybridingest.kafka;

import io.hybridingest.pipeline.PipelineDefinition;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's own fake producer, and settings to publish {@link Payments} with. */
public final class PublishFixture {
    public static final int PARTITIONS = 6;

    private PublishFixture() {}

    static PublishPlan plan(Delivery delivery) {
        return plan(Payments.pipeline(), settings(delivery, Partitioning.IDENTITY, Map.of()));
    }

    static PublishPlan plan(PipelineDefinition pipeline, PublishSettings settings) {
        return new PublishPlan(pipeline, settings);
    }

    static PublishSettings settings(Delivery delivery, Partitioning partitioning, Map<String, String> properties) {
        return settings(delivery, partitioning, properties, null);
    }

    static PublishSettings settings(
            Delivery delivery, Partitioning partitioning, Map<String, String> properties, Pattern attributeHeaders) {
        Map<String, String> client = new HashMap<>(properties);
        client.put("bootstrap.servers", "broker:9092");
        String field = partitioning.usesField() ? "/account" : null;
        return new PublishSettings(
                client, delivery, "prefix", "node-1", partitioning, field, 3, attributeHeaders, Compression.LZ4);
    }

    static RecordSource source(int first, int count) {
        return source(Payments.container(first, count));
    }

    static RecordSource source(byte[] content) {
        return new RecordSource(() -> new ByteArrayInputStream(content), Map.of(), content.length);
    }

    static RecordSources sources(RecordSource... sources) {
        return RecordSources.of(List.of(sources));
    }

    /** The headers {@code hybrid.id} of the messages. */
    public static List<String> ids(List<ProducerRecord<byte[], byte[]>> messages) {
        return messages.stream()
                .map(message ->
                        new String(message.headers().lastHeader("hybrid.id").value(), StandardCharsets.UTF_8))
                .toList();
    }

    public static List<String> ids(int first, int count) {
        return IntStream.range(first, first + count).mapToObj(Payments::id).toList();
    }

    /**
     * A producer over a fake cluster. As Kafka's own, it answers later than it is asked, through the callback; and in a
     * transaction the refusal of one record is reported for every record behind it as well.
     */
    public static class FakeProducer extends MockProducer<byte[], byte[]> {
        private final Map<String, RuntimeException> refused = new HashMap<>();
        private final Map<ProducerRecord<byte[], byte[]>, Callback> inFlight = new LinkedHashMap<>();

        public FakeProducer() {
            super(cluster(), true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        /** Lets the record with this number fail for as long as it is sent. */
        public FakeProducer refuse(int number, RuntimeException exception) {
            refused.put(Payments.id(number), exception);
            return this;
        }

        /** Another producer whose cluster answers the same. */
        public FakeProducer successor() {
            FakeProducer successor = new FakeProducer();
            successor.refused.putAll(refused);
            successor.initTransactionException = initTransactionException;
            successor.commitTransactionException = commitTransactionException;
            return successor;
        }

        /** A factory that gives out this producer. */
        public ProducerFactory factory() {
            return configuration -> this;
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> message, Callback callback) {
            inFlight.put(message, callback);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public synchronized void flush() {
            RuntimeException failure = null;
            for (Map.Entry<ProducerRecord<byte[], byte[]>, Callback> sent : inFlight.entrySet()) {
                RuntimeException own = refused.get(ids(List.of(sent.getKey())).getFirst());
                RuntimeException reported = transactionInFlight() && failure != null ? failure : own;
                if (reported == null) {
                    super.send(sent.getKey(), sent.getValue());
                } else {
                    failure = reported;
                    sent.getValue().onCompletion(null, reported);
                }
            }
            inFlight.clear();
            super.flush();
        }

        private static Cluster cluster() {
            Node node = new Node(1, "broker", 9092);
            Node[] nodes = {node};
            List<PartitionInfo> partitions = IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new PartitionInfo("payments-topic", partition, node, nodes, nodes))
                    .toList();
            return new Cluster("fake", List.of(node), partitions, java.util.Set.of(), java.util.Set.of());
        }
    }

    /** Gives out one producer after the other. */
    public static ProducerFactory inTurn(Producer<byte[], byte[]> first, Producer<byte[], byte[]> second) {
        List<Producer<byte[], byte[]>> left = new ArrayList<>(List.of(first, second));
        return configuration -> left.removeFirst();
    }
}
