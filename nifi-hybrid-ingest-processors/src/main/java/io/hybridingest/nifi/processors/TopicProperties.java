package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.LagLimit;
import io.hybridingest.kafka.NewTopicSettings;
import io.hybridingest.pipeline.PipelineDefinition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.processor.util.StandardValidators;

/** The properties of PublishKafkaStream about the topic and about how far the job may be behind it. */
final class TopicProperties {
    static final PropertyDescriptor MAXIMUM_LAG_AGE = new PropertyDescriptor.Builder()
            .name("Maximum Lag Age")
            .description(
                    "How long a record may wait in the topic for the job before FlowFiles are held or diverted, in addition to the "
                            + "pipeline's max-lag, which counts records. Counted from when the record was published, not from its "
                            + "event time. No limit where nothing is set.")
            .required(false)
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    static final PropertyDescriptor STALLED_JOB_WARNING = new PropertyDescriptor.Builder()
            .name("Stalled Job Warning")
            .description(
                    "Once the job's offsets have stood still for so long while records wait, a bulletin says so. Publishing "
                            + "goes on up to the lag limit.")
            .required(true)
            .defaultValue("10 minutes")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    static final PropertyDescriptor CREATE_TOPIC = new PropertyDescriptor.Builder()
            .name("Create Topic")
            .description(
                    "Whether a topic that does not exist is created when the processor starts. Otherwise the processor says how "
                            + "to make it and waits. A topic that exists is never changed.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();

    static final PropertyDescriptor TOPIC_PARTITIONS = new PropertyDescriptor.Builder()
            .name("Topic Partitions")
            .description(
                    "Number of partitions to create the topic with. The job reads them in parallel; adding some later sends "
                            + "records of the same key to other partitions.")
            .required(true)
            .defaultValue("6")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(CREATE_TOPIC, "true")
            .build();

    static final PropertyDescriptor TOPIC_REPLICATION_FACTOR = new PropertyDescriptor.Builder()
            .name("Topic Replication Factor")
            .description("Number of brokers that hold each record of the created topic; -1 for the brokers' own "
                    + "default.replication.factor.")
            .required(true)
            .defaultValue("3")
            .addValidator(
                    StandardValidators.createLongValidator(NewTopicSettings.BROKERS_DEFAULT, Short.MAX_VALUE, true))
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(CREATE_TOPIC, "true")
            .build();

    static final PropertyDescriptor TOPIC_MINIMUM_IN_SYNC_REPLICAS = new PropertyDescriptor.Builder()
            .name("Topic Minimum In-Sync Replicas")
            .description(
                    "Number of brokers that must have a record before it counts as written (min.insync.replicas of the created "
                            + "topic). The brokers' default where nothing is set.")
            .required(false)
            .addValidator(StandardValidators.createLongValidator(1, Short.MAX_VALUE, true))
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(CREATE_TOPIC, "true")
            .build();

    static final PropertyDescriptor TOPIC_RETENTION = new PropertyDescriptor.Builder()
            .name("Topic Retention")
            .description(
                    "How long the created topic keeps records, counted from their event time (retention.ms): longer than the "
                            + "pipeline's late-after and Maximum Lag Age together. The brokers' default where nothing is set.")
            .required(false)
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(CREATE_TOPIC, "true")
            .build();

    static final List<PropertyDescriptor> ALL = List.of(
            MAXIMUM_LAG_AGE,
            STALLED_JOB_WARNING,
            CREATE_TOPIC,
            TOPIC_PARTITIONS,
            TOPIC_REPLICATION_FACTOR,
            TOPIC_MINIMUM_IN_SYNC_REPLICAS,
            TOPIC_RETENTION);

    private TopicProperties() {}

    static LagLimit lagLimit(PropertyContext context, PipelineDefinition pipeline) {
        return new LagLimit(
                pipeline.stream().maxLag(), duration(context, MAXIMUM_LAG_AGE), duration(context, STALLED_JOB_WARNING));
    }

    /**
     * How to create the topic; null where that is left to people.
     *
     * @throws IllegalArgumentException with a sentence, where the numbers contradict each other
     */
    static NewTopicSettings creation(PropertyContext context) {
        if (!context.getProperty(CREATE_TOPIC).asBoolean()) {
            return null;
        }
        return new NewTopicSettings(
                number(context, TOPIC_PARTITIONS),
                number(context, TOPIC_REPLICATION_FACTOR).shortValue(),
                number(context, TOPIC_MINIMUM_IN_SYNC_REPLICAS),
                duration(context, TOPIC_RETENTION));
    }

    /** What is wrong with the numbers taken together. */
    static List<ValidationResult> validate(ValidationContext context) {
        try {
            creation(context);
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(new ValidationResult.Builder()
                    .subject(TOPIC_MINIMUM_IN_SYNC_REPLICAS.getName())
                    .valid(false)
                    .explanation(e.getMessage())
                    .build());
        }
    }

    private static Integer number(PropertyContext context, PropertyDescriptor descriptor) {
        return context.getProperty(descriptor).evaluateAttributeExpressions().asInteger();
    }

    private static Duration duration(PropertyContext context, PropertyDescriptor descriptor) {
        Long millis =
                context.getProperty(descriptor).evaluateAttributeExpressions().asTimePeriod(TimeUnit.MILLISECONDS);
        return millis == null ? null : Duration.ofMillis(millis);
    }
}
