package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What {@code make soak} shows while it runs, and leaves behind in {@code .sandbox/soak.txt}. */
final class Soak {
    private Soak() {}

    /** A fresh broker and Spark. */
    static Sandbox sandbox(String name) {
        return Sandbox.builder()
                .directory(Sandbox.testDirectory(name))
                .withKafka()
                .withSpark()
                .fresh()
                .start();
    }

    /** Says how far it is. */
    static void tell(String line) {
        System.out.println("  " + line);
    }

    /** Says what came of it. */
    static void result(String name, String values) {
        String line = "soak." + name + " " + values;
        System.out.println(line);
        Path file = Layout.ofBuild().root().resolve(".sandbox/soak.txt");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
