package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Ends the demo, where it runs, and every process that a run left: what {@code make down} calls. */
public final class Down {
    private static final Duration GRACE = Duration.ofSeconds(90);

    private Down() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        List<String> ended =
                new ArrayList<>(endDemo(Layout.ofBuild().sandboxDirectory().resolve("run")));
        abandonedTests().forEach(run -> ended.addAll(endUnlocked(run)));
        if (ended.isEmpty()) {
            System.out.println("Nothing runs.");
        }
        ended.forEach(name -> System.out.println("Ended " + name));
    }

    static List<String> endDemo(Path run) {
        List<String> ended = new ArrayList<>();
        SandboxLock.holder(run)
                .filter(holder -> holder.pid() != ProcessHandle.current().pid())
                .ifPresent(holder -> {
                    holder.destroy();
                    if (!ChildProcess.awaitEnd(holder, GRACE)) {
                        holder.destroyForcibly();
                        ChildProcess.awaitEnd(holder, GRACE);
                    }
                    ended.add("the demo (process %d)".formatted(holder.pid()));
                });
        ended.addAll(endUnlocked(run));
        return ended;
    }

    private static List<String> endUnlocked(Path run) {
        try (SandboxLock lock = SandboxLock.tryAcquire(run).orElse(null)) {
            return lock == null ? List.of() : Processes.endEverything(run);
        }
    }

    /** Run directories of tests; one whose test still runs is locked, and left alone. */
    private static List<Path> abandonedTests() {
        if (!Files.isDirectory(Sandbox.tests())) {
            return List.of();
        }
        try (Stream<Path> tests = Files.list(Sandbox.tests())) {
            return tests.map(test -> test.resolve("run"))
                    .filter(Files::isDirectory)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
