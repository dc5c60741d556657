package io.hybridingest.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program to start as a child process.
 *
 * @param name what people and the record of the process call it; unique among those that run
 * @param command the program and its arguments
 * @param environment variables added to this process's own
 * @param workingDirectory existing directory that it starts in
 * @param log file that takes standard output and error, appended to
 */
public record Launch(
        String name, List<String> command, Map<String, String> environment, Path workingDirectory, Path log) {
    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** The {@code java} of a JDK. */
    public static String java(Path javaHome) {
        return javaHome.resolve("bin").resolve("java").toString();
    }

    /** The JDK that this process runs on. */
    public static Path currentJavaHome() {
        return Path.of(System.getProperty("java.home"));
    }
}
