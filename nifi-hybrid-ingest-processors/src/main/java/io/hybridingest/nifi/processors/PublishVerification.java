package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.Delivery;
import io.hybridingest.kafka.JobLag;
import io.hybridingest.kafka.LagLimit;
import io.hybridingest.kafka.NewTopicSettings;
import io.hybridingest.kafka.ProducerFactory;
import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.kafka.TopicReport;
import io.hybridingest.kafka.TopicState;
import io.hybridingest.kafka.TransactionCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.logging.ComponentLog;

/** The steps of PublishKafkaStream's Verify button. Every step that can be tried is tried, whatever became of the others. */
final class PublishVerification {
    private static final String FIT = "Fit the pipeline";
    private static final String DESCRIBE = "Describe the topic";
    private static final String WRITE = "Write to the topic";
    private static final String TRANSACTIONS = "Use transactions";
    private static final String SETTINGS = "Keep records long enough";
    private static final String LAG = "Read the job's lag";

    private final ProducerFactory producers;
    private final Duration patience;
    private final NewTopicSettings creation;

    /** @param creation how the topic is made when the processor starts; null where it is not. Verifying makes none. */
    PublishVerification(ProducerFactory producers, Duration patience, NewTopicSettings creation) {
        this.producers = producers;
        this.patience = patience;
        this.creation = creation;
    }

    List<ConfigVerificationResult> verify(
            Supplier<PublishPlan> plans,
            Function<PublishPlan, TopicObserver> observers,
            Function<PublishPlan, LagLimit> limits,
            ComponentLog log) {
        PublishPlan plan;
        LagLimit limit;
        TopicState topic;
        try {
            plan = plans.get();
            limit = limits.apply(plan);
        } catch (RuntimeException e) {
            log.warn("The configuration does not fit the pipeline", e);
            return List.of(result(FIT, Outcome.FAILED, e.getMessage()));
        }
        try (TopicObserver observer = observers.apply(plan)) {
            topic = observer.first(patience);
        }
        List<ConfigVerificationResult> results = new ArrayList<>();
        results.add(result(FIT, Outcome.SUCCESSFUL, "The pipeline has every field that a message needs"));
        results.add(describe(topic, plan, log));
        results.add(write(topic, plan));
        if (plan.settings().delivery() == Delivery.TRANSACTIONAL) {
            results.add(transactions(plan, log));
        }
        results.add(settings(topic, plan, limit));
        results.add(lag(topic, plan, limit, log));
        return results;
    }

    private ConfigVerificationResult describe(TopicState topic, PublishPlan plan, ComponentLog log) {
        return switch (topic) {
            case TopicState.Missing missing ->
                creation == null
                        ? result(DESCRIBE, Outcome.FAILED, missing.message())
                        : result(
                                DESCRIBE,
                                Outcome.SKIPPED,
                                "Topic " + plan.topic()
                                        + " does not exist yet: it is created when the processor starts, with "
                                        + creation.size());
            case TopicState.Unknown unknown -> {
                log.warn("The topic cannot be described", unknown.why());
                yield result(DESCRIBE, Outcome.FAILED, plan.fault(unknown.why()).message());
            }
            case TopicState.Present present -> {
                if (plan.settings().spreadPartitions() > present.partitions()) {
                    yield result(
                            DESCRIBE,
                            Outcome.FAILED,
                            "Topic " + plan.topic() + " has " + present.partitions()
                                    + " partitions, fewer than Spread Partitions: set Spread Partitions to "
                                    + present.partitions() + " at most, or add partitions to the topic");
                }
                yield result(
                        DESCRIBE,
                        Outcome.SUCCESSFUL,
                        "Topic " + plan.topic() + " exists; number of partitions: " + present.partitions());
            }
        };
    }

    private static ConfigVerificationResult write(TopicState topic, PublishPlan plan) {
        if (!(topic instanceof TopicState.Present present)) {
            return skipped(WRITE);
        }
        return present.mayWrite()
                ? result(WRITE, Outcome.SUCCESSFUL, "The brokers let this user write to topic " + plan.topic())
                : result(
                        WRITE,
                        Outcome.FAILED,
                        "The brokers do not let this user write: grant WRITE on topic " + plan.topic());
    }

    private ConfigVerificationResult transactions(PublishPlan plan, ComponentLog log) {
        try {
            String id = TransactionCheck.run(plan, producers, patience);
            return result(TRANSACTIONS, Outcome.SUCCESSFUL, "The brokers accept transactional ids such as " + id);
        } catch (KafkaException e) {
            log.warn("Transactions cannot be used", e);
            return result(TRANSACTIONS, Outcome.FAILED, plan.fault(e).message());
        }
    }

    private static ConfigVerificationResult settings(TopicState topic, PublishPlan plan, LagLimit limit) {
        if (!(topic instanceof TopicState.Present present)) {
            return skipped(SETTINGS);
        }
        if (present.settings() == null) {
            return result(
                    SETTINGS,
                    Outcome.SKIPPED,
                    "The brokers do not let this user read the topic's settings: grant DESCRIBE_CONFIGS on topic "
                            + plan.topic() + " to have them compared with the pipeline");
        }
        List<String> concerns = TopicReport.concerns(present.settings(), plan, limit);
        return concerns.isEmpty()
                ? result(
                        SETTINGS,
                        Outcome.SUCCESSFUL,
                        "The topic's settings lose and refuse none of the pipeline's records")
                : result(SETTINGS, Outcome.FAILED, String.join(". ", concerns));
    }

    private static ConfigVerificationResult lag(TopicState topic, PublishPlan plan, LagLimit limit, ComponentLog log) {
        if (!(topic instanceof TopicState.Present present)) {
            return skipped(LAG);
        }
        return switch (present.lag()) {
            case JobLag.Known known -> result(LAG, Outcome.SUCCESSFUL, TopicReport.lag(known, plan, limit));
            case JobLag.Unknown unknown -> {
                log.warn("The job's lag cannot be read", unknown.why());
                yield result(
                        LAG,
                        Outcome.FAILED,
                        "The offsets of consumer group " + plan.pipeline().name() + " cannot be read ("
                                + unknown.why().getMessage() + "): grant DESCRIBE on it, and DESCRIBE on topic "
                                + plan.topic());
            }
        };
    }

    private static ConfigVerificationResult skipped(String step) {
        return result(step, Outcome.SKIPPED, "The topic could not be described");
    }

    private static ConfigVerificationResult result(String step, Outcome outcome, String explanation) {
        return new ConfigVerificationResult.Builder()
                .verificationStepName(step)
                .outcome(outcome)
                .explanation(explanation)
                .build();
    }
}
