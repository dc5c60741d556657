package io.hybridingest.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.SystemFields;
import io.hybridingest.sandbox.NifiApi;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.Trees;
import io.hybridingest.sandbox.Waiting;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Publishes more than a NiFi's whole heap could hold, its framework, its canvas and its repositories included: one FlowFile
 * of several times its size, and many that hold a record each; and outlives
 * an outage of the broker with it.
 *
 * <p>{@code -Dpublish.mebibytes} and {@code -Dpublish.flow-files} make it more.
 */
class PublishHeapIT {
    private static final int HEAP_MEBIBYTES = 256;
    private static final long FILE_BYTES = Long.getLong("publish.mebibytes", 512) << 20;
    private static final long FLOW_FILES = Long.getLong("publish.flow-files", 30_000);

    /** So that nobody waits long for what does not come. */
    private static final FlowProperty[] IMPATIENT = {
        FlowProperty.dynamic("delivery.timeout.ms", "3000"),
        FlowProperty.dynamic("request.timeout.ms", "1000"),
        FlowProperty.dynamic("max.block.ms", "2000")
    };

    private static final long WAITING_IN_OUTAGE = 20_000;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String MERCHANT =
            "Calle de Alcala, 28014 Madrid, Spain, by the Puerta del Sol, on the second floor";
    private static final String PIPELINE = """
            pipeline: %1$s
            schema: %2$s
            identity: [transaction_id]
            event-time: {field: paid_at, late-after: 1 day, ahead-limit: 1 day}
            stream: {topic: %1$s, encoding: avro, max-lag: 1000000000, when-lagging: hold}
            batch: {landing: /landing/cards}
            table: {path: /tables/cards}
            """;

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("publish-heap"))
                .withKafka()
                .withNifi(HEAP_MEBIBYTES)
                .fresh()
                .start();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
        for (Path data : List.of(
                sandbox.data(),
                sandbox.directory().resolve("kafka"),
                sandbox.nifi().directory().resolve("content_repository"))) {
            Trees.delete(data);
        }
    }

    /** What PublishKafkaStream takes without a Record Reader. */
    enum Content {
        CONTAINER,
        LINES
    }

    @ParameterizedTest
    @EnumSource
    void oneFlowFileOfSeveralTimesTheHeap(Content content) throws Exception {
        String name = "one-" + content.name().toLowerCase(Locale.ROOT);
        sandbox.kafka().createTopic(name, 1);
        Path incoming = Files.createDirectories(sandbox.data().resolve(name));
        long records = write(content, name, incoming.resolve("cards"));
        NifiApi api = sandbox.nifi().api();
        assertThat(FILE_BYTES).isGreaterThanOrEqualTo(2 * heapBytes(api));
        String group = api.importFlow(name, flow(name).ofFiles(incoming));
        api.enableControllerServices(group);

        api.start(group);

        awaitPublished(api, group, name, records);
        assertThat(end(name)).as("one transaction and its marker").isEqualTo(records + 1);
        api.delete(group);
    }

    @Test
    void manyFlowFilesOfOneRecord() throws Exception {
        String name = "many";
        sandbox.kafka().createTopic(name, 1);
        NifiApi api = sandbox.nifi().api();
        String group = api.importFlow(name, flow(name).ofText(line(0, Instant.now()), FLOW_FILES));
        api.enableControllerServices(group);
        api.startProcessor(processor(api, group, PublishFlow.SOURCE));
        Waiting.until(FLOW_FILES + " FlowFiles", PATIENCE, () -> queued(api, group) >= FLOW_FILES);
        api.stopProcessor(processor(api, group, PublishFlow.SOURCE));
        long flowFiles = queued(api, group);

        api.startProcessor(processor(api, group, name));

        awaitPublished(api, group, name, flowFiles);
        assertThat(end(name)).as("records, and markers of transactions").isBetween(flowFiles + 1, flowFiles + 1_000);
        api.stop(group);
        api.delete(group);
    }

    @Test
    void aBrokerThatIsDownHoldsBackTheSourceUntilItIsThereAgain() throws Exception {
        String name = "outage";
        sandbox.kafka().createTopic(name, 1);
        NifiApi api = sandbox.nifi().api();
        String group = api.importFlow(name, flow(name, IMPATIENT).ofText(line(0, Instant.now()), WAITING_IN_OUTAGE));
        api.enableControllerServices(group);
        api.start(group);
        Waiting.until("the first records to be published", PATIENCE, () -> published(api, name) > 0);

        sandbox.kafka().kill();
        try {
            Waiting.until("back pressure", PATIENCE, () -> queued(api, group) >= WAITING_IN_OUTAGE);
            awaitAttempts(api, group, name);
            long published = published(api, name);
            long waiting = queued(api, group);
            assertThat(waiting).as("back pressure ends what comes").isBetween(WAITING_IN_OUTAGE, 2 * WAITING_IN_OUTAGE);

            awaitAttempts(api, group, name);

            assertThat(queued(api, group))
                    .as("nothing is made, nothing is gone")
                    .isEqualTo(waiting);
            assertThat(published(api, name)).isEqualTo(published);
        } finally {
            sandbox.kafka().restart();
        }

        long before = published(api, name);
        Waiting.until(
                "publishing to go on by itself", PATIENCE, () -> published(api, name) > before + WAITING_IN_OUTAGE);
        api.stopProcessor(processor(api, group, PublishFlow.SOURCE));
        Waiting.until("the queue to be empty", PATIENCE, () -> queued(api, group) == 0);
        assertThat(published(api, name) % PublishFlow.BATCH)
                .as("what came in batches of " + PublishFlow.BATCH + " is published, none is left")
                .isZero();
        assertThat(end(name)).isGreaterThan(published(api, name));
        assertThat(Files.readString(sandbox.nifi().log())).doesNotContain("OutOfMemoryError");
        api.stop(group);
        api.delete(group);
    }

    /** Waits until the publisher was asked several times more, whatever came of it. */
    private static void awaitAttempts(NifiApi api, String group, String name) {
        long before = attempts(api, group, name);
        Waiting.until("further attempts", PATIENCE, () -> attempts(api, group, name) >= before + 3);
    }

    private static long attempts(NifiApi api, String group, String name) {
        return api.processorStatus(group).stream()
                .filter(processor -> processor.name().equals(name))
                .findFirst()
                .orElseThrow()
                .taskCount();
    }

    private static long published(NifiApi api, String name) {
        return api.counters().getOrDefault(name + " / Records published", 0L);
    }

    private static void awaitPublished(NifiApi api, String group, String name, long records) throws IOException {
        Waiting.until("everything to be published; see " + sandbox.nifi().log(), PATIENCE, () -> {
            failOnError(api, name);
            return published(api, name) >= records
                    && api.queues(group).stream().allMatch(queue -> queue.flowFiles() == 0);
        });
        assertThat(Files.readString(sandbox.nifi().log())).doesNotContain("OutOfMemoryError");
    }

    /** Says at once what NiFi says, instead of waiting in vain. */
    private static void failOnError(NifiApi api, String name) {
        if (api.bulletins().stream()
                .filter(bulletin -> name.equals(bulletin.sourceName()))
                .anyMatch(bulletin -> bulletin.level().equals("ERROR"))) {
            throw new SandboxException("NiFi has failed: " + api.bulletins() + "; see "
                    + sandbox.nifi().log());
        }
    }

    private static long heapBytes(NifiApi api) {
        return api.get("/system-diagnostics")
                .path("systemDiagnostics")
                .path("aggregateSnapshot")
                .path("maxHeapBytes")
                .asLong();
    }

    private static String processor(NifiApi api, String group, String name) {
        return api.processors(group).stream()
                .filter(processor -> processor.name().equals(name))
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static long queued(NifiApi api, String group) {
        return api.queues(group).stream().mapToLong(NifiApi.Queue::flowFiles).sum();
    }

    /** The end of the topic's only partition. */
    private static long end(String topic) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin admin = sandbox.kafka().admin()) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get(10, TimeUnit.SECONDS)
                    .offset();
        }
    }

    private static PublishFlow flow(String name, FlowProperty... kafka) {
        List<FlowProperty> properties = new ArrayList<>(List.of(kafka));
        properties.add(FlowProperty.of("Bootstrap Servers", sandbox.kafka().bootstrapServers()));
        return new PublishFlow(name, PIPELINE.formatted(name, CardFile.SCHEMA), properties);
    }

    /** Writes a file of at least {@link #FILE_BYTES}, which appears under its name when it is whole; returns its records. */
    private static long write(Content content, String name, Path file) throws IOException {
        Path unfinished = sandbox.data().resolve("unfinished");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 20)) {
            CountedOutput counted = new CountedOutput(out);
            long records =
                    switch (content) {
                        case CONTAINER -> writeContainer(name, counted);
                        case LINES -> writeLines(counted);
                    };
            out.flush();
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            return records;
        }
    }

    private static long writeLines(CountedOutput out) throws IOException {
        Instant now = Instant.now();
        long number = 0;
        while (out.count < FILE_BYTES) {
            out.write((line(number++, now) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return number;
    }

    /** Not compressed, so that the FlowFile is as large as what it holds. */
    private static long writeContainer(String name, CountedOutput out) throws IOException {
        Schema wire = PipelineDefinition.fromYaml(PIPELINE.formatted(name, CardFile.SCHEMA))
                .wireSchema();
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        long number = 0;
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(wire))) {
            writer.create(wire, out);
            while (out.count < FILE_BYTES) {
                writer.append(card(wire, number++, now));
            }
        }
        return number;
    }

    private static GenericRecord card(Schema wire, long number, long paidAt) {
        GenericRecord card = new GenericData.Record(wire);
        card.put("transaction_id", "tx-" + number);
        card.put("card", "************1111");
        card.put("merchant", MERCHANT);
        card.put("amount", ByteBuffer.wrap(new byte[] {7}));
        card.put("currency", "EUR");
        card.put("paid_at", paidAt);
        card.put(SystemFields.INGEST_ID, id(number));
        card.put(SystemFields.SOURCE, "cards");
        return card;
    }

    private static String line(long number, Instant paidAt) {
        return """
                {"transaction_id":"tx-%d","card":"************1111","merchant":"%s","amount":0.07,"currency":"EUR",\
                "paid_at":"%s","_ingest_id":"%s","_source":"cards","_rescued":null}""".formatted(number, MERCHANT, paidAt, id(number));
    }

    private static String id(long number) {
        return "%032x".formatted(number);
    }

    /** Counts what is written. */
    private static final class CountedOutput extends FilterOutputStream {
        private long count;

        private CountedOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }
}
