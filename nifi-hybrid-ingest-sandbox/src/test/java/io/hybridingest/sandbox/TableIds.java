package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The identities in a Delta table, read by a Spark that has no part in the pipeline. */
final class TableIds {
    private TableIds() {}

    /** The identities of a pipeline's table in order, one that is there twice twice. */
    static List<String> of(Sandbox sandbox, Path table) throws IOException {
        Path ids = Files.createTempFile(sandbox.directory(), "ids", ".txt");
        ChildProcess script = new SparkScript(TableIds.class, "table_ids.py")
                .run(sandbox, Duration.ofMinutes(3), table, "_ingest_id", ids);
        assertThat(script.exitValue()).as(script.lastLines()).isZero();
        return Files.readString(ids).isEmpty() ? List.of() : Files.readAllLines(ids);
    }
}
