package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.launch.SparkApplication.ApplicationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One processor's launcher and ledger over a stub of Spark. */
final class SupervisionFixture {
    final StubSpark spark;
    final MemoryStore store = new MemoryStore();
    final LaunchLedger ledger = new LaunchLedger(store);
    final DriverLauncher launcher;

    SupervisionFixture(Path directory, String script) throws IOException {
        this(directory, script, Map.of());
    }

    SupervisionFixture(Path directory, String script, Map<String, String> properties) throws IOException {
        spark = StubSpark.in(directory, script);
        launcher = new DriverLauncher(
                spark.installation(properties), directory.resolve("bundle.jar"), "0123456789-processor");
    }

    LaunchPlan plan(String... arguments) {
        return new LaunchPlan(
                new ApplicationFile("/opt/app.jar", "org.example.App", List.of(arguments)), Map.of(), null, null, null);
    }

    /** The run directories, oldest first. */
    List<RunDirectory> runs() throws IOException {
        if (!Files.isDirectory(spark.workingDirectory())) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(spark.workingDirectory())) {
            return children.sorted().map(RunDirectory::new).toList();
        }
    }

    RunDirectory onlyRun() throws IOException {
        List<RunDirectory> runs = new ArrayList<>(runs());
        assertThat(runs).hasSize(1);
        return runs.getFirst();
    }

    void killDrivers() {
        Drivers.killUnder(spark.workingDirectory());
    }
}
