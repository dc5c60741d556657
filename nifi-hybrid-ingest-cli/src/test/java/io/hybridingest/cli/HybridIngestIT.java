package io.hybridingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as it is shipped, as a process of its own. */
class HybridIngestIT {
    private static final Path JAR = Path.of(System.getProperty("cli.jar"));

    @TempDir
    private Path directory;

    @Test
    void checksADefinition() throws Exception {
        Path file = Files.writeString(directory.resolve("orders.yaml"), HybridIngestTest.ORDERS);
        Ended valid = run("check", "-p", "table.path=/tables", file.toString());
        assertThat(valid.exitCode()).isZero();
        assertThat(valid.out()).startsWith(file + ": valid: pipeline orders, 2 fields, identity [id], fingerprint ");
        assertThat(valid.err()).isEmpty();
        Ended invalid = run("check", file.toString());
        assertThat(invalid.exitCode()).isEqualTo(1);
        assertThat(invalid.out()).startsWith(file + ":11: table.path: the parameter #{table.path} was not resolved.");
        assertThat(run("check", "missing.yaml").exitCode()).isEqualTo(2);
    }

    @Test
    void printsThePublishedJsonSchema() throws Exception {
        Ended ended = run("json-schema");
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).isEqualTo(Files.readString(Path.of("..", "docs", "pipeline-definition.schema.json")));
    }

    @Test
    void knowsItsVersion() throws Exception {
        assertThat(run("--version").out()).matches("nifi-hybrid-ingest \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    @Test
    void holdsWhatItNeedsOnce() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String> names = jar.stream().map(entry -> entry.getName()).toList();
            assertThat(names).doesNotHaveDuplicates().contains("io/hybridingest/cli/HybridIngest.class");
        }
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES))
                    .as("end of %s", command)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), read(out), read(err));
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private record Ended(int exitCode, String out, String err) {}
}
