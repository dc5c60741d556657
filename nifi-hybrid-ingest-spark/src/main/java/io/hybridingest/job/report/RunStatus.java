package io.hybridingest.job.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * What {@code status.json} says.
 *
 * @param state where the run stands
 * @param application what Spark calls it
 * @param epoch epoch of the launch
 * @param startedAt when the driver began
 * @param endedAt when the state became final, null before
 * @param error why it failed, null where it did not
 */
record RunStatus(
        RunState state, Application application, long epoch, Instant startedAt, Instant endedAt, Failure error) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    RunStatus {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(startedAt, "startedAt");
    }

    /** The application as Spark knows it; every field is null until Spark has it. */
    record Application(String id, String name, String uiAddress, String sparkVersion) {
        static final Application UNKNOWN = new Application(null, null, null, null);
    }

    /** Why a run failed: a short stable code, and a sentence for people. */
    record Failure(String code, String message) {}

    RunStatus running(Application started) {
        return new RunStatus(state.isFinal() ? state : RunState.RUNNING, started, epoch, startedAt, endedAt, error);
    }

    /** The first final state stays: what follows it is only the way out. */
    RunStatus ended(RunState last, Failure failure, Instant at) {
        return state.isFinal() ? this : new RunStatus(last, application, epoch, startedAt, at, failure);
    }

    String toJson(Instant heartbeatAt) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("state", state.name())
                .put("pid", ProcessHandle.current().pid())
                .put("applicationId", application.id())
                .put("applicationName", application.name())
                .put("uiAddress", application.uiAddress())
                .put("sparkVersion", application.sparkVersion())
                .put("epoch", epoch)
                .put("startedAt", text(startedAt))
                .put("heartbeatAt", text(heartbeatAt))
                .put("endedAt", endedAt == null ? null : text(endedAt));
        if (error == null) {
            node.putNull("error");
        } else {
            node.putObject("error").put("code", error.code()).put("message", error.message());
        }
        return node.toString();
    }

    private static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
