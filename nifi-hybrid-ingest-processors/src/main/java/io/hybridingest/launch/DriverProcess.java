package io.hybridingest.launch;

import java.util.Optional;
import java.util.OptionalInt;

/** The process of a launch, as far as this JVM can know it. */
public sealed interface DriverProcess {
    /** A child of this JVM: its exit code can be known. */
    record Owned(Process process) implements DriverProcess {}

    /** A process that an earlier NiFi started: whether it lives can be known, its exit code cannot. */
    record Adopted(ProcessHandle process) implements DriverProcess {}

    /** No living process was found. */
    record Gone() implements DriverProcess {}

    /** The living process; empty once it has ended. */
    default Optional<ProcessHandle> living() {
        return switch (this) {
            case Owned owned ->
                Optional.of(owned.process().toHandle())
                        .filter(handle -> owned.process().isAlive());
            case Adopted adopted -> Optional.of(adopted.process()).filter(ProcessTable::alive);
            case Gone gone -> Optional.empty();
        };
    }

    /** The exit code; empty while the process lives and for ever where it is not this JVM's child. */
    default OptionalInt exitCode() {
        return switch (this) {
            case Owned owned
            when !owned.process().isAlive() -> OptionalInt.of(owned.process().exitValue());
            case Owned owned -> OptionalInt.empty();
            case Adopted adopted -> OptionalInt.empty();
            case Gone gone -> OptionalInt.empty();
        };
    }
}
