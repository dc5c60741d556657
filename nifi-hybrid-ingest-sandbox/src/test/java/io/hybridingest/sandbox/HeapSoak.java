package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;

/**
 * One driver over many small micro-batches: what of its heap is left after a full collection, and how long a micro-batch takes, in the
 * beginning and in the end. {@code make soak} runs it; {@code soak.batches} (2000) is a Java property.
 */
class HeapSoak {
    private static final String NAME = "heap-soak";
    private static final int PER_BATCH = 500;
    private static final int PER_FLOW_FILE = 50_000;
    private static final int QUARTERS = 4;
    private static final Duration LONGEST = Duration.ofHours(2);

    /** What a quarter may have more than the one before it: identities known by heart are 8 bytes each. */
    private static final double FLAT = 1.1;

    private static final Pattern FULL = Pattern.compile("Pause Full \\(System.gc\\(\\)\\) \\d+M->(\\d+)M");

    @Test
    void isFlat() throws Exception {
        int batches = Integer.getInteger("soak.batches", 2000);
        int records = batches * PER_BATCH;
        try (Sandbox sandbox = Soak.sandbox(NAME)) {
            sandbox.kafka().createTopic(NAME, 2);
            Path table = sandbox.data().resolve("table");
            PipelineDefinition pipeline = Readings.pipeline(NAME, 2L * records, table.toString());
            publish(sandbox, pipeline, records);
            Path collections = sandbox.directory().resolve("gc.log");
            StreamJob job = new StreamJob(
                    sandbox,
                    pipeline,
                    "spark.driver.memory 1g",
                    "spark.driver.extraJavaOptions -Xlog:gc:file=" + collections,
                    // Spark asks for a full collection so often.
                    "spark.cleaner.periodicGC.interval 10s",
                    "spark.hybridingest.max-offsets-per-trigger " + PER_BATCH);
            ChildProcess driver = job.launch("soak");
            Path progress = job.run("soak").resolve("progress.jsonl");
            DeltaLog log = new DeltaLog(table);
            AtomicLong told = new AtomicLong();
            await().atMost(LONGEST).pollInterval(Duration.ofSeconds(5)).until(() -> {
                assertThat(driver.isAlive()).as(driver.lastLines()).isTrue();
                long done =
                        Files.exists(progress) ? Files.readAllLines(progress).size() : 0;
                if (done >= told.get() + 100) {
                    told.set(done);
                    Soak.tell("%d micro-batches, %s MiB of heap after a full collection"
                            .formatted(done, last(heaps(collections))));
                }
                return log.refreshed().rows() >= records;
            });
            job.stop(driver);

            assertThat(TableIds.of(sandbox, table)).isEqualTo(Readings.ids(0, records));
            List<Double> heap = quarters(heaps(collections));
            List<Double> millis = quarters(millis(progress));
            Soak.result(
                    "heap",
                    "batches=%d heapMiBByQuarter=%s millisByQuarter=%s filesInTheEnd=%d missing=0 duplicated=0"
                            .formatted(batches, heap, millis, log.files()));
            assertThat(heap.get(QUARTERS - 1)).as("heap by quarter: %s", heap).isLessThan(FLAT * heap.get(1));
        }
    }

    private static void publish(Sandbox sandbox, PipelineDefinition pipeline, int records) throws Exception {
        TestRunner runner = Readings.runner(sandbox.kafka(), NAME, 2L * records, Map.of());
        for (int first = 0; first < records; first += PER_FLOW_FILE) {
            runner.enqueue(Readings.container(pipeline, first, Math.min(PER_FLOW_FILE, records - first)));
            runner.run(1, false, first == 0);
        }
        runner.run(10);
        runner.assertAllFlowFilesTransferred("success", (records + PER_FLOW_FILE - 1) / PER_FLOW_FILE);
    }

    private static List<Double> heaps(Path collections) throws IOException {
        return Files.exists(collections)
                ? FULL.matcher(Files.readString(collections))
                        .results()
                        .map(found -> found.group(1))
                        .map(Double::valueOf)
                        .toList()
                : List.of();
    }

    private static List<Double> millis(Path progress) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<Double> millis = new ArrayList<>();
        for (String line : Files.readAllLines(progress)) {
            JsonNode batch = json.readTree(line);
            if (batch.path("rowsIn").asLong() > 0) {
                millis.add(batch.path("durationMillis").path("triggerExecution").asDouble());
            }
        }
        return millis;
    }

    private static String last(List<Double> values) {
        return values.isEmpty() ? "?" : values.get(values.size() - 1).toString();
    }

    /** The value in the middle of each quarter. */
    private static List<Double> quarters(List<Double> values) {
        List<Double> medians = new ArrayList<>();
        for (int quarter = 0; quarter < QUARTERS; quarter++) {
            List<Double> part =
                    values
                            .subList(values.size() * quarter / QUARTERS, values.size() * (quarter + 1) / QUARTERS)
                            .stream()
                            .sorted()
                            .toList();
            assertThat(part).as("values of a quarter; let it run for longer").isNotEmpty();
            medians.add(part.get(part.size() / 2));
        }
        return medians;
    }
}
