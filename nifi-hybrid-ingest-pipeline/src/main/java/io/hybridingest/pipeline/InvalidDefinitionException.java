package io.hybridingest.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/** A pipeline definition that cannot be used, with every error in it. */
public final class InvalidDefinitionException extends RuntimeException {
    private final transient List<DefinitionError> errors;

    public InvalidDefinitionException(List<DefinitionError> errors) {
        super(errors.stream().map(DefinitionError::toString).collect(Collectors.joining("\n")));
        this.errors = List.copyOf(errors);
    }

    public List<DefinitionError> errors() {
        return errors;
    }
}
