package io.hybridingest.cli;

import io.hybridingest.pipeline.Compatibility;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether a definition may follow another. */
@Command(
        name = "compare",
        description =
                "Says whether NEW may follow OLD: whether records prepared with OLD can be read with NEW, still mean the same, and"
                        + " keep their identity.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:NEW may follow",
            "1:it may not",
            "2:one of them is invalid or cannot be read, or the command is wrong"
        })
final class CompareCommand implements Callable<Integer> {
    private final DefinitionFiles files;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "OLD", description = "The definition in use, in YAML or as pipeline.json.")
    private String older;

    @Parameters(
            index = "1",
            paramLabel = "NEW",
            description = "The definition that is to follow; - reads standard input.")
    private String newer;

    @Mixin
    private ParameterOptions parameters;

    CompareCommand(DefinitionFiles files) {
        this.files = files;
    }

    @Override
    public Integer call() {
        Optional<PipelineDefinition> before = read(older);
        Optional<PipelineDefinition> now = read(newer);
        if (before.isEmpty() || now.isEmpty()) {
            return CommandLine.ExitCode.USAGE;
        }
        Compatibility compatibility = before.get().compatibilityWith(now.get());
        print(compatibility);
        return compatibility.compatible() ? CommandLine.ExitCode.OK : HybridIngest.INVALID;
    }

    private void print(Compatibility compatibility) {
        PrintWriter out = spec.commandLine().getOut();
        String name = DefinitionFiles.name(newer);
        compatibility.breaks().forEach(change -> out.println(name + ": breaks: " + change));
        compatibility.notes().forEach(change -> out.println(name + ": note: " + change));
        String verdict = compatibility.compatible() ? "may follow " : "may not follow ";
        out.println(name + ": " + verdict + DefinitionFiles.name(older));
    }

    private Optional<PipelineDefinition> read(String file) {
        DefinitionFiles.Outcome outcome = files.read(file, parameters.values());
        if (outcome instanceof DefinitionFiles.Outcome.Valid valid) {
            return Optional.of(valid.definition());
        } else if (outcome instanceof DefinitionFiles.Outcome.Invalid invalid) {
            invalid.lines().forEach(spec.commandLine().getErr()::println);
        } else if (outcome instanceof DefinitionFiles.Outcome.Unreadable unreadable) {
            spec.commandLine().getErr().println(unreadable.message());
        }
        return Optional.empty();
    }
}
