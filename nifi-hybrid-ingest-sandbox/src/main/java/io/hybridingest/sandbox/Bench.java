package io.hybridingest.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.hybridingest.sandbox.bench.Benchmarks;
import java.io.IOException;
import java.nio.file.Path;

/** The measurements: what {@code make bench} runs. Prints a line each and writes {@code bench.json}. */
public final class Bench {
    private Bench() {}

    /** Takes no arguments. Leaves nothing running. */
    public static void main(String[] arguments) throws IOException {
        Path root = Layout.ofBuild().sandboxDirectory();
        try (Sandbox sandbox = Sandbox.builder()
                .directory(root.resolve("bench"))
                .withKafka()
                .withNifi()
                .withSpark()
                .fresh()
                .progress(System.out::println)
                .start()) {
            Benchmarks benchmarks = Benchmarks.run(sandbox, System.out::println);
            benchmarks.lines().forEach(System.out::println);
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(root.resolve("bench.json").toFile(), benchmarks.json());
        } catch (SandboxException failure) {
            System.err.println(failure.getMessage());
            System.exit(1);
        }
    }
}
