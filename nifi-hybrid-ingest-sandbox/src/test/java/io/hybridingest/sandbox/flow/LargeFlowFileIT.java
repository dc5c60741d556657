package io.hybridingest.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hybridingest.sandbox.NifiApi;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.Waiting;
import io.hybridingest.sandbox.flow.CardFile.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Takes FlowFiles of 1 GiB through a NiFi whose whole heap is a quarter of that, its framework, its canvas and its
 * repositories included.
 */
class LargeFlowFileIT {
    private static final int HEAP_MEBIBYTES = 256;
    private static final long FILE_BYTES = 1L << 30;
    private static final long NEEDED_BYTES = 6L << 30;
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private Sandbox sandbox;

    @BeforeEach
    void start() throws IOException {
        Path directory = Sandbox.testDirectory("large-flowfile");
        long free = Files.getFileStore(Files.createDirectories(directory)).getUsableSpace();
        assumeThat(free)
                .as(
                        "free bytes on the disk of %s, where the file, NiFi's copy and the output need %d",
                        directory, NEEDED_BYTES)
                .isGreaterThan(NEEDED_BYTES);
        sandbox = Sandbox.builder()
                .directory(directory)
                .withNifi(HEAP_MEBIBYTES)
                .fresh()
                .start();
    }

    @AfterEach
    void deleteData() {
        if (sandbox != null) {
            sandbox.close();
            delete(sandbox.data());
            delete(sandbox.nifi().directory().resolve("content_repository"));
        }
    }

    @Test
    void jsonLinesOfAGivenSchema() throws IOException {
        allOf(
                Format.JSON_LINES,
                "org.apache.nifi.json.JsonTreeReader",
                FlowProperty.of("schema-access-strategy", "schema-text-property"),
                FlowProperty.of("schema-text", CardFile.SCHEMA));
    }

    @Test
    void csvWhoseSchemaIsItsHeader() throws IOException {
        allOf(
                Format.CSV,
                "org.apache.nifi.csv.CSVReader",
                FlowProperty.of("schema-access-strategy", "csv-header-derived"),
                FlowProperty.of("Skip Header Line", "true"));
    }

    private void allOf(Format format, String reader, FlowProperty... readerProperties) throws IOException {
        Path incoming = sandbox.data().resolve("incoming");
        Path outgoing = sandbox.data().resolve("outgoing");
        CardFile file = CardFile.write(incoming.resolve("cards"), format, FILE_BYTES);
        NifiApi api = sandbox.nifi().api();
        assertThat(heapBytes(api))
                .as("largest heap of NiFi, in bytes")
                .isLessThanOrEqualTo((long) HEAP_MEBIBYTES << 20)
                .isLessThanOrEqualTo(FILE_BYTES / 4);
        byte[] definition = new LargeFileFlow("large", incoming, outgoing)
                .definition(CardFile.PIPELINE.formatted(CardFile.SCHEMA), reader, readerProperties);
        String group = api.importFlow("large", definition);
        api.enableControllerServices(group);
        api.start(group);

        Waiting.until("the file to be taken, and everything to be put", PATIENCE, () -> {
            failOnError(api);
            return Files.isDirectory(outgoing.resolve("batch")) && isIdle(api, group);
        });

        assertThat(Files.readString(sandbox.nifi().log())).doesNotContain("OutOfMemoryError");
        assertThat(records(outgoing.resolve("prepare-invalid")))
                .as("invalid records")
                .isEqualTo(file.misfits());
        assertThat(records(outgoing.resolve("batch"))).as("late records").isEqualTo(file.late());
        assertThat(records(outgoing.resolve("stream")))
                .as("fresh records")
                .isEqualTo(file.records() - file.misfits() - file.late());
        assertThat(List.of("prepare-failure", "route-failure", "route-invalid"))
                .noneMatch(name -> Files.exists(outgoing.resolve(name)));
        assertThat(api.queues(group)).extracting(NifiApi.Queue::flowFiles).containsOnly(0L);
        api.delete(group);
    }

    /** Says at once what NiFi says, instead of waiting in vain. */
    private void failOnError(NifiApi api) {
        List<NifiApi.Bulletin> errors = api.bulletins().stream()
                .filter(bulletin -> bulletin.level().equals("ERROR"))
                .toList();
        assertThat(errors)
                .as("error bulletins; %s tells more", sandbox.nifi().log())
                .isEmpty();
    }

    private static long heapBytes(NifiApi api) {
        return api.get("/system-diagnostics")
                .path("systemDiagnostics")
                .path("aggregateSnapshot")
                .path("maxHeapBytes")
                .asLong();
    }

    private static boolean isIdle(NifiApi api, String group) {
        return api.queues(group).stream().allMatch(queue -> queue.flowFiles() == 0)
                && api.processorStatus(group).stream().allMatch(processor -> processor.activeThreads() == 0);
    }

    /** Number of records in the containers of a directory. */
    private static long records(Path directory) throws IOException {
        long count = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                try (DataFileStream<GenericRecord> container =
                        new DataFileStream<>(Files.newInputStream(file), new GenericDatumReader<>())) {
                    while (container.hasNext()) {
                        count += container.getBlockCount();
                        container.nextBlock();
                    }
                }
            }
        }
        return count;
    }

    private static void delete(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry :
                    entries.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        } catch (IOException undeletable) {
            throw new UncheckedIOException(undeletable);
        }
    }
}
