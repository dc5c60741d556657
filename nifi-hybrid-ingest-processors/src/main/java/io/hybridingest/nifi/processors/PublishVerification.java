package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.kafka.TopicState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.logging.ComponentLog;

/** The steps of PublishKafkaStream's Verify button. */
final class PublishVerification {
    private final Function<PublishPlan, TopicObserver> observers;

    PublishVerification(Function<PublishPlan, TopicObserver> observers) {
        this.observers = observers;
    }

    List<ConfigVerificationResult> verify(Supplier<PublishPlan> plans, ComponentLog log) {
        PublishPlan plan;
        try {
            plan = plans.get();
        } catch (RuntimeException e) {
            log.warn("The configuration does not fit the pipeline", e);
            return List.of(result("Fit the pipeline", Outcome.FAILED, e.getMessage()));
        }
        List<ConfigVerificationResult> results = new ArrayList<>();
        results.add(
                result("Fit the pipeline", Outcome.SUCCESSFUL, "The pipeline has every field that a message needs"));
        try (TopicObserver observer = observers.apply(plan)) {
            TopicState state = observer.state();
            results.add(topic(state, plan));
            if (state instanceof TopicState.Present) {
                results.add(lag(observer.lag(), plan));
            }
        } catch (KafkaException e) {
            log.warn("The topic cannot be looked at", e);
            results.add(result(
                    "Look at topic and lag", Outcome.FAILED, plan.fault(e).message()));
        }
        return results;
    }

    private static ConfigVerificationResult topic(TopicState state, PublishPlan plan) {
        String step = "Find the topic";
        return switch (state) {
            case TopicState.Missing missing -> result(step, Outcome.FAILED, missing.message());
            case TopicState.Present present -> {
                if (plan.settings().spreadPartitions() > present.partitions()) {
                    yield result(
                            step,
                            Outcome.FAILED,
                            "Topic " + plan.topic() + " has " + present.partitions()
                                    + " partitions, fewer than Spread Partitions: set Spread Partitions to "
                                    + present.partitions() + " at most, or add partitions to the topic");
                }
                yield result(
                        step,
                        Outcome.SUCCESSFUL,
                        "Topic " + plan.topic() + " exists; number of partitions: " + present.partitions());
            }
        };
    }

    private static ConfigVerificationResult lag(long lag, PublishPlan plan) {
        long limit = plan.pipeline().stream().maxLag();
        return result(
                "Read the job's lag",
                Outcome.SUCCESSFUL,
                "The topic is " + lag + " records ahead of the table; above " + limit + " FlowFiles are "
                        + switch (plan.pipeline().stream().whenLagging()) {
                            case HOLD -> "held in the queue";
                            case DIVERT -> "diverted to overflow";
                        });
    }

    private static ConfigVerificationResult result(String step, Outcome outcome, String explanation) {
        return new ConfigVerificationResult.Builder()
                .verificationStepName(step)
                .outcome(outcome)
                .explanation(explanation)
                .build();
    }
}
