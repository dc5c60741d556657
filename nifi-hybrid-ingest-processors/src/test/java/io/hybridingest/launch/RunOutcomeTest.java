package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class RunOutcomeTest {
    @Test
    void succeedsOnlyWithBothExitCodeAndStatus() {
        assertThat(RunOutcome.of(OptionalInt.of(0), status(RunState.SUCCEEDED), ""))
                .isInstanceOf(RunOutcome.Succeeded.class);
    }

    @ParameterizedTest
    @EnumSource(value = RunState.class)
    void failsWithAnyOtherExitCode(RunState state) {
        assertThat(RunOutcome.of(OptionalInt.of(3), status(state), "the log"))
                .isInstanceOfSatisfying(RunOutcome.Failed.class, failed -> {
                    assertThat(failed.code()).isEqualTo("exit-code");
                    assertThat(failed.reason()).contains("exit code 3");
                    assertThat(failed.logTail()).isEqualTo("the log");
                });
    }

    @ParameterizedTest
    @EnumSource(
            value = RunState.class,
            mode = Mode.INCLUDE,
            names = {"STARTING", "RUNNING"})
    void failsWhereTheStatusNeverBecameFinal(RunState state) {
        assertThat(RunOutcome.of(OptionalInt.of(0), status(state), "").code()).isEqualTo("no-verdict");
        assertThat(RunOutcome.of(OptionalInt.empty(), status(state), "")).isInstanceOf(RunOutcome.Lost.class);
    }

    @Test
    void failsWhereThereIsNoStatusAtAll() {
        assertThat(RunOutcome.of(OptionalInt.of(0), Optional.empty(), "").code())
                .isEqualTo("no-status");
        assertThat(RunOutcome.of(OptionalInt.empty(), Optional.empty(), "")).isInstanceOf(RunOutcome.Lost.class);
    }

    @Test
    void believesTheStatusOfAProcessWhoseExitCodeCannotBeKnown() {
        assertThat(RunOutcome.of(OptionalInt.empty(), status(RunState.SUCCEEDED), ""))
                .isInstanceOf(RunOutcome.Succeeded.class);
        assertThat(RunOutcome.of(OptionalInt.empty(), status(RunState.FAILED), "")
                        .code())
                .isEqualTo("failed");
    }

    private static Optional<RunStatus> status(RunState state) {
        return Optional.of(new RunStatus(state, 1, null, null, null, null, null, null));
    }
}
