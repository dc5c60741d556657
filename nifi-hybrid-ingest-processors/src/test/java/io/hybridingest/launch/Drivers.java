package io.hybridingest.launch;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The drivers that a test started, so that it can end those that are left. */
public final class Drivers {
    private Drivers() {}

    /**
     * Living processes whose command line names the directory. What a driver starts is not among them: between fork and exec
     * it has the driver's command line.
     */
    public static List<ProcessHandle> under(Path directory) {
        List<ProcessHandle> named = ProcessHandle.allProcesses()
                .filter(process -> commandLine(process).contains(directory.toString()))
                .filter(ProcessTable::alive)
                .toList();
        return named.stream()
                .filter(process -> process.parent().filter(named::contains).isEmpty())
                // One that ended meanwhile has no parent any more.
                .filter(ProcessTable::alive)
                .toList();
    }

    /** Kills them, and what they started, and waits until they are gone: one that was being forked outlives the first round. */
    public static void killUnder(Path directory) {
        for (List<ProcessHandle> drivers = under(directory); !drivers.isEmpty(); drivers = under(directory)) {
            List<ProcessHandle> all = drivers.stream()
                    .flatMap(driver -> Stream.concat(driver.descendants(), Stream.of(driver)))
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            await().until(() -> all.stream().noneMatch(ProcessTable::alive));
        }
    }

    /** The process's whole command line, as everybody on the machine can read it. */
    static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }
}
