package io.hybridingest.bench.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * A Spark home whose spark-submit is a shell script that lives until it is asked to stop or its launcher is gone: a heartbeat every two seconds, as a driver with the
 * Spark plugin has, and the progress of a micro-batch with each.
 */
final class StubSpark {
    private static final String SCRIPT = """
            #!/bin/bash
            while [ $# -gt 0 ]; do
              if [ "$1" = --properties-file ]; then PROPERTIES=$2; fi
              shift
            done
            RUN=${PROPERTIES%/*}
            export TZ=UTC
            status() {
              printf '{"state":"%s","pid":%d,"applicationId":"app-1","heartbeatAt":"%(%FT%TZ)T"}' "$1" $$ -1 > "$RUN/.status"
              mv "$RUN/.status" "$RUN/status.json"
            }
            # Waiting for what never comes takes no process, as sleep would.
            exec 3<> <(:)
            batch=0
            while [ ! -e "$RUN/stop" ] && kill -0 $PPID 2> /dev/null; do
              status RUNNING
              echo "{\\"batchId\\":$batch,\\"rowsIn\\":10,\\"rowsInserted\\":7,\\"rowsDuplicate\\":3}" >> "$RUN/progress.jsonl"
              batch=$((batch + 1))
              read -r -t 2 -u 3
            done
            status STOPPED
            exit 0
            """;

    private final Path home;
    private final Path javaHome;
    private final Path runs;

    private StubSpark(Path home, Path javaHome, Path runs) {
        this.home = home;
        this.javaHome = javaHome;
        this.runs = runs;
    }

    /**
     * Makes the home.
     *
     * @param directory an empty one
     * @param javaHome a Java that a Spark 3.5 would run on
     */
    static StubSpark in(Path directory, Path javaHome) throws IOException {
        Path home = directory.resolve("spark");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("jars"));
        Files.createFile(home.resolve("jars").resolve("spark-core_2.12-3.5.7.jar"));
        Path submit = Files.writeString(home.resolve("bin").resolve("spark-submit"), SCRIPT);
        Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createFile(directory.resolve("application.py"));
        return new StubSpark(home, javaHome, directory.resolve("runs"));
    }

    Path runs() {
        return runs;
    }

    /** For the service that knows where Spark is. */
    Map<String, String> installation() {
        return Map.of(
                "Spark Home", home.toString(),
                "Java Home", javaHome.toString(),
                "Working Directory", runs.toString());
    }

    /** For the processor that launches. */
    Map<String, String> application() {
        return Map.of(
                "Application",
                "application-file",
                "Application File",
                home.resolveSibling("application.py").toString());
    }
}
