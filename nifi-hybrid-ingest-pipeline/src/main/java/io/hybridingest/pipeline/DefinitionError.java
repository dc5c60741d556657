package io.hybridingest.pipeline;

/**
 * One error in a pipeline definition.
 *
 * @param line line in the YAML text, from 1; 0 where there is none
 * @param path dotted path of the offending key, empty for the document
 * @param problem what is wrong
 * @param remedy what to write instead
 */
public record DefinitionError(int line, String path, String problem, String remedy) {
    @Override
    public String toString() {
        String place = line > 0 ? "line " + line + ": " : "";
        String subject = path.isEmpty() ? "" : path + ": ";
        return place + subject + problem + ". " + remedy;
    }
}
