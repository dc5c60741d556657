package io.hybridingest.pipeline;

/**
 * One difference between a definition and a newer one, and what it does to the records that the older one prepared.
 *
 * @param path the field's dotted path in the newer schema, with {@code []} for the elements of an array and {@code {}} for the
 *     values of a map; or the key of the definition
 * @param problem what is different, and what follows from it
 * @param remedy what to do
 */
public record DefinitionChange(String path, String problem, String remedy) {
    @Override
    public String toString() {
        return path + ": " + problem + ". " + remedy;
    }
}
