package io.hybridingest.cli;

import io.hybridingest.pipeline.DefinitionJsonSchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the JSON Schema of definitions. */
@Command(
        name = "json-schema",
        description = "Prints the JSON Schema of definitions, for editors.",
        mixinStandardHelpOptions = true)
final class JsonSchemaCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().print(DefinitionJsonSchema.text());
        spec.commandLine().getOut().flush();
    }
}
