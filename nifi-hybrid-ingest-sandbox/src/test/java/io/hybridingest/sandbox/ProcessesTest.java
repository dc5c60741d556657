package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @AfterEach
    void endWhatATestLeft() {
        Processes.endEverything(directory);
    }

    @Test
    void stoppingEndsAlsoWhatTheProcessStarted() {
        try (Processes processes = Processes.in(directory)) {
            ChildProcess parent = processes.start(program("parent", "sleep 300 & echo $! > child; wait"));
            ProcessHandle child = childOf();

            processes.stop(parent);

            assertThat(parent.isAlive()).isFalse();
            assertThat(child.isAlive()).isFalse();
            assertThat(ProcessRecord.readAll(directory)).isEmpty();
        }
    }

    @Test
    void closingEndsAlsoWhatAKilledProcessLeftBehind() {
        ProcessHandle orphan;
        try (Processes processes = Processes.in(directory)) {
            ChildProcess parent = processes.start(program("parent", "sleep 300 & echo $! > child; wait"));
            orphan = childOf();
            processes.kill(parent);
            assertThat(orphan.isAlive()).isTrue();
        }
        assertThat(orphan.isAlive()).isFalse();
    }

    @Test
    void whatIsLeftRunningOutlivesItsOwnerAndTheNextOneUntilEverythingIsEnded() {
        ChildProcess left;
        try (Processes processes = Processes.in(directory)) {
            left = processes.start(program("left", "exec sleep 300"));
            processes.leaveRunning();
        }
        try (Processes next = Processes.in(directory.resolve("other"))) {
            assertThat(next).isNotNull();
        }
        assertThat(left.isAlive()).isTrue();

        assertThat(Processes.endEverything(directory)).containsExactly("left (process %d)".formatted(left.pid()));
        assertThat(left.isAlive()).isFalse();
    }

    @Test
    void anOwnerThatIsTerminatedTakesItsProcessesAlong() throws Exception {
        Process owner = startOwner();
        ProcessHandle child = childOf();

        owner.destroy();

        assertThat(owner.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void whatAKilledOwnerLeftIsEndedByTheNextOne() throws Exception {
        Process owner = startOwner();
        ProcessHandle child = childOf();
        Waiting.until("the child to be written down", PATIENCE, () -> !ProcessRecord.readAll(directory)
                .isEmpty());
        owner.destroyForcibly();
        assertThat(owner.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(child.isAlive()).isTrue();

        try (Processes next = Processes.in(directory)) {
            assertThat(next).isNotNull();
            assertThat(child.isAlive()).isFalse();
        }
    }

    @Test
    void aRecordedIdThatAnotherProcessHasNowIsLeftAlone() throws IOException {
        Process stranger = new ProcessBuilder("sleep", "300").start();
        try {
            long dayBefore = ProcessRecord.startOf(stranger.toHandle())
                    - Duration.ofDays(1).toMillis();
            new ProcessRecord("nifi", stranger.pid(), dayBefore, 0, 0, "nifi.log").write(directory);

            assertThat(Processes.endEverything(directory)).isEmpty();

            assertThat(stranger.isAlive()).isTrue();
            assertThat(ProcessRecord.readAll(directory)).isEmpty();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void aProcessThatEndsTooSoonFailsWithTheEndOfItsLog() {
        try (Processes processes = Processes.in(directory)) {
            ChildProcess broken = processes.start(program("broken", "echo no such port; exit 3"));
            assertThatThrownBy(() -> broken.awaitReady("it to answer", PATIENCE, () -> false))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("broken ended before it to answer")
                    .hasMessageContaining("no such port")
                    .hasMessageContaining("broken.log");
            assertThat(broken.exitValue()).isEqualTo(3);
        }
    }

    @Test
    void onlyOneRunHoldsTheLock() {
        try (SandboxLock lock = SandboxLock.tryAcquire(directory).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(SandboxLock.tryAcquire(directory)).isEmpty();
            assertThat(SandboxLock.holder(directory)).contains(ProcessHandle.current());
        }
        SandboxLock.tryAcquire(directory).orElseThrow().close();
    }

    private Launch program(String name, String script) {
        return new Launch(name, List.of("bash", "-c", script), Map.of(), directory, directory.resolve(name + ".log"));
    }

    /** Another JVM that owns a process. */
    private Process startOwner() throws IOException {
        return new ProcessBuilder(
                        Launch.java(Launch.currentJavaHome()),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("owner.log").toFile())
                .start();
    }

    private ProcessHandle childOf() {
        Path file = directory.resolve("child");
        Waiting.until(
                "the child to start", PATIENCE, () -> Files.readString(file).endsWith("\n"));
        try {
            return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                    .orElseThrow();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Starts a process and waits to be ended. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] arguments) throws InterruptedException {
            Path directory = Path.of(arguments[0]);
            Processes processes = Processes.in(directory);
            processes.start(new Launch(
                    "child",
                    List.of("bash", "-c", "echo $$ > child; exec sleep 300"),
                    Map.of(),
                    directory,
                    directory.resolve("child.log")));
            Thread.currentThread().join();
        }
    }
}
