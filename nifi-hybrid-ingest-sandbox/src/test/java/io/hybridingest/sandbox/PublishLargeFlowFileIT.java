package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.flow.PublishFlow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Publishes a FlowFile of 1 GiB, in one transaction, with a NiFi whose whole heap is a quarter of that. */
class PublishLargeFlowFileIT {
    private static final String NAME = "publish-large";
    private static final int HEAP_MEBIBYTES = 256;
    private static final long FILE_BYTES = 1L << 30;
    private static final long NEEDED_BYTES = 6L << 30;
    private static final long MAX_LAG = 1_000_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private Sandbox sandbox;

    @BeforeEach
    void start() throws IOException {
        Path directory = Sandbox.testDirectory(NAME);
        long free = Files.getFileStore(Files.createDirectories(directory)).getUsableSpace();
        assumeThat(free)
                .as("free bytes on the disk of %s, where file, NiFi's copy and topic need %d", directory, NEEDED_BYTES)
                .isGreaterThan(NEEDED_BYTES);
        sandbox = Sandbox.builder()
                .directory(directory)
                .withKafka()
                .withNifi(HEAP_MEBIBYTES)
                .fresh()
                .start();
    }

    @AfterEach
    void deleteData() {
        if (sandbox != null) {
            Path nifi = sandbox.nifi().directory();
            sandbox.close();
            Trees.delete(sandbox.data());
            Trees.delete(nifi.resolve("content_repository"));
            Trees.delete(sandbox.directory().resolve("kafka"));
        }
    }

    @Test
    void aSlicedContainer() throws Exception {
        sandbox.kafka().createTopic(NAME, 2);
        Path incoming = Files.createDirectories(sandbox.data().resolve("incoming"));
        long records = write(incoming);
        NifiApi api = sandbox.nifi().api();
        byte[] flow = new PublishFlow(NAME)
                .definition(Readings.yaml(NAME, MAX_LAG), sandbox.kafka().bootstrapServers(), incoming);
        String group = api.importFlow(NAME, flow);
        api.enableControllerServices(group);
        api.start(group);

        Waiting.until(
                "the file to be published",
                PATIENCE,
                () -> ends() > 0 && api.queues(group).stream().allMatch(queue -> queue.flowFiles() == 0));

        assertThat(api.counters()).containsEntry("Publish / Records published", records);
        assertThat(ends())
                .as("records, each once, and a marker in each partition")
                .isEqualTo(records + 2);
        assertThat(Files.readString(sandbox.nifi().log())).doesNotContain("OutOfMemoryError");
    }

    private long ends() throws Exception {
        return Readings.ends(sandbox.kafka(), NAME).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Under a name that GetFile passes over until the file is whole. */
    private static long write(Path incoming) throws IOException {
        PipelineDefinition pipeline = Readings.pipeline(NAME, MAX_LAG);
        Path growing = incoming.resolve(".readings");
        String text = Readings.incompressible(100_000);
        int count = 0;
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>())) {
            writer.create(pipeline.wireSchema(), growing.toFile());
            while (count % 10_000 != 0 || count == 0 || Files.size(growing) < FILE_BYTES) {
                int from = count % 99_000;
                writer.append(Readings.record(pipeline, count, text.substring(from, from + 1000)));
                count++;
            }
        }
        Files.move(growing, incoming.resolve("readings"));
        return count;
    }
}
