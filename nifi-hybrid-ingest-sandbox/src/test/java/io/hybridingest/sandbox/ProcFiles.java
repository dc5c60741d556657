package io.hybridingest.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux tells of processes. */
final class ProcFiles {
    private ProcFiles() {}

    /** Command line of a process, one character for each byte; empty where it has ended. */
    static String commandLine(ProcessHandle process) {
        return read(process, "cmdline");
    }

    /** Environment of a process of this user; empty where it has ended. */
    static String environment(ProcessHandle process) {
        return read(process, "environ");
    }

    /** Every command line there is. */
    static List<String> commandLines() {
        return ProcessHandle.allProcesses().map(ProcFiles::commandLine).toList();
    }

    private static String read(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
