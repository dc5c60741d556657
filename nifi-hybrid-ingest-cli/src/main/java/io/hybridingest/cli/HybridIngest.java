package io.hybridingest.cli;

import java.io.InputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The command line: says about pipeline definitions what NiFi would say, before they are there.
 *
 * <p>Exit codes: 0 all is well, 1 a definition is invalid or not compatible, 2 the command cannot be done (a file that is not there,
 * an option that does not exist).
 */
@Command(
        name = "nifi-hybrid-ingest",
        description = "Checks and compares pipeline definitions.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = HybridIngest.Version.class)
public final class HybridIngest {
    static final int INVALID = 1;

    private HybridIngest() {}

    /** Runs the command of the arguments and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine(System.in).execute(arguments));
    }

    /** @param in what {@code -} in place of a file reads */
    static CommandLine commandLine(InputStream in) {
        DefinitionFiles files = new DefinitionFiles(in);
        return new CommandLine(new HybridIngest())
                .addSubcommand(new CheckCommand(files))
                .addSubcommand(new CompareCommand(files))
                .addSubcommand(new JsonSchemaCommand());
    }

    /** The version that the jar's manifest names. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = HybridIngest.class.getPackage().getImplementationVersion();
            return new String[] {"nifi-hybrid-ingest " + (version == null ? "(not packaged)" : version)};
        }
    }
}
