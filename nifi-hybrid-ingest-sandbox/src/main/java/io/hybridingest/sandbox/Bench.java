package io.hybridingest.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.hybridingest.sandbox.bench.Benchmarks;
import io.hybridingest.sandbox.bench.Selection;
import java.io.IOException;
import java.nio.file.Path;

/** The measurements: what {@code make bench} runs. Prints a line each and writes {@code bench.json}. */
public final class Bench {
    private Bench() {}

    /**
     * Leaves nothing running.
     *
     * @param arguments what the names of the wanted measurements begin with, such as {@code preprocess.vs-loop}; nothing for all
     */
    public static void main(String[] arguments) throws IOException {
        Path root = Layout.ofBuild().sandboxDirectory();
        try {
            Selection wanted = new Selection(arguments.length == 0 ? "" : arguments[0]);
            Benchmarks benchmarks = Benchmarks.run(wanted, root.resolve("bench"), System.out::println);
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
