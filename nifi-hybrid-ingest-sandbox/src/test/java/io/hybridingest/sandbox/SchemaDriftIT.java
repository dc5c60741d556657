package io.hybridingest.sandbox;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A schema that grows while the stream runs: the publisher has it before the job does, and a publisher of the old one is late. */
class SchemaDriftIT {
    private static final String NAME = "drifting";
    private static final long MAX_LAG = 1_000_000;

    private Sandbox sandbox;
    private String before;
    private String after;

    @BeforeEach
    void start() {
        sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("schema-drift"))
                .withKafka()
                .withSpark()
                .fresh()
                .start();
        sandbox.kafka().createTopic(NAME, 2);
        before = Readings.yaml(NAME, MAX_LAG, table().toString());
        after = before.replace(
                "    - {name: text, type: string}\n",
                "    - {name: text, type: string}\n    - {name: unit, type: [\"null\", string], default: null}\n");
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void whatTheJobCannotReadYetWaitsInQuarantineAndComesIntoTheTableOnce() throws Exception {
        publish(before, 0, 100);
        StreamJob job = job(before);
        ChildProcess running = job.launch("before");
        await(running, table(), 100);

        publish(after, 100, 60);
        publish(before, 160, 40);
        await(running, table(), 140);
        await(running, quarantine(), 60);
        job.stop(running);

        job = job(after);
        running = job.launch("after");
        publish(before, 200, 30);
        publish(after, 230, 20);
        await(running, table(), 190);
        for (String replay : List.of("first-replay", "second-replay")) {
            replay(replay);
            assertThat(rows(table())).as("rows after the " + replay).isEqualTo(250);
        }
        publish(after, 250, 10);
        await(running, table(), 260);
        job.stop(running);

        assertThat(TableIds.of(sandbox, table())).isEqualTo(Readings.ids(0, 260));
        assertThat(TableIds.values(sandbox, table(), "coalesce(unit, 'none')"))
                .as("values of the new field")
                .filteredOn(unit -> !unit.equals("none"))
                .containsExactlyElementsOf(Stream.of(range(100, 160), range(230, 260))
                        .flatMap(IntStream::boxed)
                        .map(number -> "unit " + number)
                        .sorted()
                        .toList());
        assertThat(rows(quarantine())).as("rows of quarantine, which stay").isEqualTo(60);
    }

    private void publish(String yaml, int first, int count) throws Exception {
        PipelineDefinition pipeline = PipelineDefinition.fromYaml(yaml);
        TestRunner runner = Readings.runner(sandbox.kafka(), NAME, MAX_LAG, Map.of());
        Readings.redefine(runner, yaml);
        List<GenericRecord> records = new ArrayList<>();
        for (int number = first; number < first + count; number++) {
            GenericRecord record = Readings.record(pipeline, number, "text " + number);
            if (yaml.equals(after)) {
                record.put("unit", "unit " + number);
            }
            records.add(record);
        }
        runner.enqueue(Readings.container(pipeline, records));
        runner.run();
        runner.assertAllFlowFilesTransferred("success", 1);
    }

    private StreamJob job(String yaml) {
        return new StreamJob(sandbox, PipelineDefinition.fromYaml(yaml));
    }

    private void replay(String name) throws IOException {
        ChildProcess replay = new IngestJobLaunch(sandbox, PipelineDefinition.fromYaml(after), List.of(), List.of())
                .launch(name, "--mode", "replay");
        Waiting.until("the replay to end; see " + replay.log(), StreamJob.LAUNCH, () -> !replay.isAlive());
        assertThat(replay.exitValue()).as(replay.lastLines()).isZero();
    }

    private static void await(ChildProcess running, Path table, long rows) {
        running.awaitReady("%d rows in %s".formatted(rows, table), StreamJob.LAUNCH, () -> rows(table) == rows);
    }

    private static long rows(Path table) {
        return new DeltaLog(table).refreshed().rows();
    }

    private Path table() {
        return sandbox.data().resolve("table");
    }

    private Path quarantine() {
        return table().resolveSibling("table_quarantine");
    }
}
