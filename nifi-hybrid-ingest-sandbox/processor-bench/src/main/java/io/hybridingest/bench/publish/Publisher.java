package io.hybridingest.bench.publish;

import io.hybridingest.kafka.Compression;
import io.hybridingest.kafka.Delivery;
import io.hybridingest.kafka.Partitioning;
import io.hybridingest.kafka.ProducerFactory;
import io.hybridingest.kafka.PublishOutcome;
import io.hybridingest.kafka.PublishOutcome.Published;
import io.hybridingest.kafka.PublishOutcome.Receipt;
import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.PublishSettings;
import io.hybridingest.kafka.PublisherPool;
import io.hybridingest.kafka.RecordReading;
import io.hybridingest.kafka.RecordSource;
import io.hybridingest.kafka.RecordSources;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This project's side: everything behind PublishKafkaStream but NiFi's session, with the processor's defaults, one task.
 * FlowFiles lie in memory.
 */
final class Publisher implements Side {
    private static final int RECORDS_PER_UNIT = 500_000;
    private static final long BYTES_PER_UNIT = 64L * 1024 * 1024;
    private static final int FLOW_FILES_PER_UNIT = 25_000;
    private static final long NANOS_PER_UNIT = 1_000_000_000;

    private final String name;
    private final List<byte[]> contents;
    private final PublisherPool pool;

    /** @param reading null where content is sliced */
    Publisher(
            String name,
            Purchases purchases,
            List<byte[]> contents,
            Delivery delivery,
            RecordReading reading,
            String bootstrapServers) {
        this.name = name;
        this.contents = contents;
        PublishSettings settings = new PublishSettings(
                Map.of("bootstrap.servers", bootstrapServers),
                delivery,
                "bench-" + name,
                "node",
                Partitioning.IDENTITY,
                null,
                1,
                null,
                Compression.LZ4);
        this.pool = new PublisherPool(new PublishPlan(purchases.pipeline(), settings, reading), ProducerFactory.KAFKA);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double publish(long records) {
        long start = System.nanoTime();
        Queue queue = new Queue(records);
        while (queue.left > 0) {
            queue.begin();
            try (PublisherPool.Lease lease = pool.lease()) {
                queue.left -= acknowledged(lease.publisher().publish(queue));
            }
        }
        return (records - queue.left) * 1e9 / (System.nanoTime() - start);
    }

    @Override
    public void close() {
        pool.close();
    }

    private static long acknowledged(PublishOutcome outcome) {
        if (!(outcome instanceof Published published)) {
            throw new IllegalStateException("Not published: " + outcome);
        }
        return published.fates().stream()
                .mapToLong(fate -> ((Receipt) fate).acknowledged())
                .sum();
    }

    /** The contents, over and over, cut into transactions as the processor cuts them. */
    private final class Queue implements RecordSources {
        private long left;
        private int next;
        private long bytes;
        private int flowFiles;
        private long begun;

        private Queue(long records) {
            left = records;
        }

        private void begin() {
            bytes = 0;
            flowFiles = 0;
            begun = System.nanoTime();
        }

        @Override
        public Optional<RecordSource> next(long records) {
            if (records >= Math.min(left, RECORDS_PER_UNIT)
                    || bytes >= BYTES_PER_UNIT
                    || flowFiles >= FLOW_FILES_PER_UNIT
                    || System.nanoTime() - begun >= NANOS_PER_UNIT) {
                return Optional.empty();
            }
            byte[] content = contents.get(next++ % contents.size());
            bytes += content.length;
            flowFiles++;
            return Optional.of(new RecordSource(() -> new ByteArrayInputStream(content), Map.of(), content.length));
        }
    }
}
