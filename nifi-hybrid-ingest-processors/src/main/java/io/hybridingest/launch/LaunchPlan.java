package io.hybridingest.launch;

import java.util.Map;
import java.util.Objects;

/**
 * Everything about a launch that is decided before it has an epoch and a directory.
 *
 * @param application what to run
 * @param properties Spark conf on top of the installation's; may hold secrets
 * @param pipelineJson canonical definition, null where the application uses none
 * @param pipelineFingerprint of that definition, null without one
 * @param interval that the run answers for, null for none
 */
public record LaunchPlan(
        SparkApplication application,
        Map<String, String> properties,
        String pipelineJson,
        String pipelineFingerprint,
        DataInterval interval) {

    public LaunchPlan {
        Objects.requireNonNull(application, "application");
        properties = Map.copyOf(properties);
    }
}
