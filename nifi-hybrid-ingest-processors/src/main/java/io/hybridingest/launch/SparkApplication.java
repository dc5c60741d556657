package io.hybridingest.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a launch runs. */
public sealed interface SparkApplication {
    /** Which lane an {@link IngestJob} serves. */
    enum Lane {
        STREAM,
        BATCH;

        /** The lane as arguments and attributes name it. */
        public String argument() {
            return this == STREAM ? "stream" : "batch";
        }
    }

    /**
     * The bundled job.
     *
     * @param lane to serve
     * @param interval passed on to the job, null for none
     */
    record IngestJob(Lane lane, DataInterval interval) implements SparkApplication {}

    /**
     * Any application.
     *
     * @param file JAR or Python file, a local path or a URI that Spark can read
     * @param main class with the main method, null for a Python file
     * @param commandArguments what the application gets, visible to everybody on the machine
     */
    record ApplicationFile(String file, String main, List<String> commandArguments) implements SparkApplication {
        public ApplicationFile {
            commandArguments = List.copyOf(commandArguments);
        }
    }

    /** What spark-submit runs. */
    default String resource(Path bundledJar) {
        return switch (this) {
            case IngestJob job -> bundledJar.toString();
            case ApplicationFile application -> application.file();
        };
    }

    /** The main class; empty for a Python file. */
    default Optional<String> mainClass() {
        return switch (this) {
            case IngestJob job -> Optional.of("io.hybridingest.job.IngestJob");
            case ApplicationFile application -> Optional.ofNullable(application.main());
        };
    }

    /** The arguments of the application in a run directory. */
    default List<String> arguments(RunDirectory directory) {
        return switch (this) {
            case IngestJob job -> {
                List<String> arguments = new ArrayList<>(List.of(
                        "--mode",
                        job.lane().argument(),
                        "--pipeline",
                        directory.pipelineFile().toString()));
                if (job.interval() != null) {
                    arguments.addAll(
                            List.of("--interval-start", job.interval().start().toString()));
                    arguments.addAll(
                            List.of("--interval-end", job.interval().end().toString()));
                }
                yield List.copyOf(arguments);
            }
            case ApplicationFile application -> application.commandArguments();
        };
    }

    /** One line for people and for {@code request.json}. */
    default String description() {
        return switch (this) {
            case IngestJob job -> "IngestJob (" + job.lane().argument() + ")";
            case ApplicationFile application ->
                application.main() == null ? application.file() : application.main() + " in " + application.file();
        };
    }
}
