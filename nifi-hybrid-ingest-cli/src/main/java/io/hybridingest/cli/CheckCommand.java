package io.hybridingest.cli;

import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says every error of definitions, with its file and line. */
@Command(
        name = "check",
        description = "Says every error of definitions as 'file:line: ...', the same ones as NiFi.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:every definition is valid",
            "1:one is not",
            "2:a file cannot be read, or the command is wrong"
        })
final class CheckCommand implements Callable<Integer> {
    private final DefinitionFiles files;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Definitions in YAML; - reads standard input.")
    private List<String> names;

    @Mixin
    private ParameterOptions parameters;

    CheckCommand(DefinitionFiles files) {
        this.files = files;
    }

    @Override
    public Integer call() {
        return names.stream().mapToInt(this::check).max().orElse(CommandLine.ExitCode.OK);
    }

    private int check(String file) {
        PrintWriter out = spec.commandLine().getOut();
        DefinitionFiles.Outcome outcome = files.read(file, parameters.values());
        if (outcome instanceof DefinitionFiles.Outcome.Valid valid) {
            out.println(DefinitionFiles.name(file) + ": " + summary(valid.definition()));
            return CommandLine.ExitCode.OK;
        } else if (outcome instanceof DefinitionFiles.Outcome.Invalid invalid) {
            invalid.lines().forEach(out::println);
            return HybridIngest.INVALID;
        }
        spec.commandLine().getErr().println(((DefinitionFiles.Outcome.Unreadable) outcome).message());
        return CommandLine.ExitCode.USAGE;
    }

    private static String summary(PipelineDefinition definition) {
        String identity = definition.identity() instanceof Identity.Fields fields
                ? String.join(", ", fields.paths())
                : "position";
        int fields = definition.schema().getFields().size();
        return "valid: pipeline %s, %d %s, identity [%s], fingerprint %s"
                .formatted(
                        definition.name(),
                        fields,
                        fields == 1 ? "field" : "fields",
                        identity,
                        definition.fingerprint());
    }
}
