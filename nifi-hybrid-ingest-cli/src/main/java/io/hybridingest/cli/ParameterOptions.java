package io.hybridingest.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The parameters of a definition, as a parameter context of NiFi would hold them. */
final class ParameterOptions {
    @Option(
            names = {"-p", "--parameter"},
            paramLabel = "NAME=VALUE",
            description = "What #{NAME} in a definition stands for. May be given several times.")
    private final Map<String, String> parameters = new LinkedHashMap<>();

    Map<String, String> values() {
        return parameters;
    }
}
