package io.hybridingest.sandbox.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Passes on what the log of a measuring JVM says beside its findings and the JVM's own warnings about libraries, each line once. */
final class Progress {
    /** What findings begin with, and whatever else is not for people. */
    private static final String OBJECT = "{\"";

    private final Path log;
    private int told;

    Progress(Path log) {
        this.log = log;
    }

    void tell(Consumer<String> console) throws IOException {
        List<String> lines = Files.readAllLines(log);
        lines.stream()
                .skip(told)
                .filter(line -> !line.startsWith(OBJECT) && !line.startsWith("WARNING: "))
                .forEach(console);
        told = lines.size();
    }
}
