package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What is in a Delta table, the identities above all, read by a Spark that has no part in the pipeline. */
final class TableIds {
    private TableIds() {}

    /** The identities of a pipeline's table in order, one that is there twice twice. */
    static List<String> of(Sandbox sandbox, Path table) throws IOException {
        return values(sandbox, table, "_ingest_id");
    }

    /** The values of a text expression over a table, in order; none of them null. */
    static List<String> values(Sandbox sandbox, Path table, String expression) throws IOException {
        Path values = Files.createTempFile(sandbox.directory(), "values", ".txt");
        ChildProcess script = new SparkScript(TableIds.class, "table_values.py")
                .run(sandbox, Duration.ofMinutes(3), table, expression, values);
        assertThat(script.exitValue()).as(script.lastLines()).isZero();
        return Files.readString(values).isEmpty() ? List.of() : Files.readAllLines(values);
    }
}
