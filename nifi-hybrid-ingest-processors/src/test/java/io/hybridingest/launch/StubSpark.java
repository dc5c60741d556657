package io.hybridingest.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * A Spark home whose spark-submit is a shell script: real processes, no Spark. The body of the script may use {@code $RUN},
 * the run directory, {@code status STATE} and {@code progress BATCH}.
 */
public final class StubSpark {
    /** Reports, and ends well. */
    public static final String SUCCEEDS = "status RUNNING; progress 0; status SUCCEEDED; exit 0";

    /** Runs until it is asked to stop, with a heartbeat each look. */
    public static final String STREAMS = """
            n=0
            while [ ! -e "$RUN/stop" ]; do status RUNNING; progress $n; n=$((n+1)); sleep 0.1; done
            status STOPPED
            exit 0""";

    /** Runs until its run directory holds a file named finish, then ends well. */
    public static final String WAITS = """
            while [ ! -e "$RUN/finish" ]; do status RUNNING; sleep 0.1; done
            status SUCCEEDED
            exit 0""";

    /** Ignores every request to stop, and has a child that does too. */
    public static final String HANGS = """
            trap '' TERM
            (trap '' TERM; while :; do sleep 0.2; done) &
            echo $! > "$RUN/grandchild.tmp"
            mv "$RUN/grandchild.tmp" "$RUN/grandchild"
            status RUNNING
            while :; do sleep 0.2; done""";

    private static final String PROLOGUE = """
            #!/bin/bash
            ARGUMENTS="$*"
            while [ $# -gt 0 ]; do
              if [ "$1" = --properties-file ]; then PROPERTIES=$2; fi
              shift
            done
            RUN=$(dirname "$PROPERTIES")
            status() {
              printf '{"state":"%s","pid":%d,"applicationId":"app-1","uiAddress":"http://127.0.0.1:4040","heartbeatAt":"%s"}' \\
                "$1" $$ "$(date -u +%FT%TZ)" > "$RUN/.status"
              mv "$RUN/.status" "$RUN/status.json"
            }
            progress() { echo "{\\"batchId\\":$1,\\"rowsIn\\":10,\\"rowsInserted\\":7,\\"rowsDuplicate\\":3}" >> "$RUN/progress.jsonl"; }
            echo "java home $JAVA_HOME"
            """;

    private final Path home;
    private final Path javaHome;
    private final Path workingDirectory;

    private StubSpark(Path home, Path javaHome, Path workingDirectory) {
        this.home = home;
        this.javaHome = javaHome;
        this.workingDirectory = workingDirectory;
    }

    /** Makes the homes under a directory, with a script that has the given body. */
    public static StubSpark in(Path directory, String body) throws IOException {
        StubSpark stub =
                new StubSpark(directory.resolve("spark"), directory.resolve("java"), directory.resolve("runs"));
        Files.createDirectories(stub.home.resolve("bin"));
        Files.createDirectories(stub.home.resolve("conf"));
        Files.createDirectories(stub.home.resolve("jars"));
        Files.createFile(stub.home.resolve("jars").resolve("spark-core_2.12-3.5.7.jar"));
        Files.createDirectories(stub.javaHome.resolve("bin"));
        stub.java("17.0.12");
        executable(stub.javaHome.resolve("bin").resolve("java"), "#!/bin/bash\nexit 0\n");
        stub.script(body);
        return stub;
    }

    /** Replaces the body of the script. Drivers that run go on with the one they started with. */
    public void script(String body) throws IOException {
        // Bash reads a script while it runs it, so a running driver must keep its file.
        Path submit = home.resolve("bin").resolve("spark-submit");
        Files.deleteIfExists(submit);
        executable(submit, PROLOGUE + body + "\n");
    }

    /** Changes the version that the Java home says it is. */
    public void java(String version) throws IOException {
        Files.writeString(javaHome.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    public Path home() {
        return home;
    }

    public Path javaHome() {
        return javaHome;
    }

    public Path workingDirectory() {
        return workingDirectory;
    }

    SparkInstallation installation(Map<String, String> properties) {
        return installation(Map.of(), properties);
    }

    SparkInstallation installation(Map<String, String> environment, Map<String, String> properties) {
        return new SparkInstallation(home, javaHome, workingDirectory, environment, Set.of("spark.my.own"), properties);
    }

    private static void executable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
