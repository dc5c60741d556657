package io.hybridingest.launch;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One reading of {@code status.json}, which the Spark plugin replaces atomically.
 *
 * @param state what the application says it is doing
 * @param pid process id of the driver, 0 where it did not say
 * @param applicationId Spark's application id, null before Spark has one
 * @param uiAddress address of the Spark UI, null where there is none
 * @param heartbeatAt when the driver last wrote, null where it did not say
 * @param endedAt when the application ended, null while it runs
 * @param errorCode short code of the failure, null without one
 * @param errorMessage the failure in words, null without one
 */
public record RunStatus(
        RunState state,
        long pid,
        String applicationId,
        String uiAddress,
        Instant heartbeatAt,
        Instant endedAt,
        String errorCode,
        String errorMessage) {

    public RunStatus {
        Objects.requireNonNull(state, "state");
    }

    /** The same without the secrets that an application's error may quote. */
    RunStatus redacted(Redaction redaction) {
        return new RunStatus(
                state, pid, applicationId, uiAddress, heartbeatAt, endedAt, errorCode, redaction.apply(errorMessage));
    }

    /** Reads a status; empty where its state is missing or unknown. */
    static Optional<RunStatus> of(JsonNode json) {
        JsonNode error = json.path("error");
        return RunState.named(json.path("state").asText())
                .map(state -> new RunStatus(
                        state,
                        json.path("pid").asLong(),
                        JsonFile.text(json, "applicationId"),
                        JsonFile.text(json, "uiAddress"),
                        JsonFile.instant(json, "heartbeatAt"),
                        JsonFile.instant(json, "endedAt"),
                        JsonFile.text(error, "code"),
                        JsonFile.text(error, "message")));
    }
}
