package io.hybridingest.nifi.processors;

import io.hybridingest.nifi.services.IngestPipelineService;
import io.hybridingest.nifi.services.KafkaClusterService;
import io.hybridingest.nifi.services.SparkSubmitService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.processor.util.StandardValidators;

/** The properties that both Spark processors have, and what they mean together. */
final class SparkProcessorProperties {
    static final PropertyDescriptor SPARK_SUBMIT_SERVICE = new PropertyDescriptor.Builder()
            .name("Spark Submit Service")
            .description("Where Spark is and what every launch starts from.")
            .required(true)
            .identifiesControllerService(SparkSubmitService.class)
            .build();

    static final PropertyDescriptor APPLICATION = new PropertyDescriptor.Builder()
            .name("Application")
            .description("What to run.")
            .required(true)
            .allowableValues(ApplicationChoice.class)
            .defaultValue(ApplicationChoice.INGEST_JOB)
            .build();

    static final PropertyDescriptor PIPELINE_SERVICE = new PropertyDescriptor.Builder()
            .name("Pipeline Service")
            .description("The pipeline that the ingest job serves.")
            .required(true)
            .identifiesControllerService(IngestPipelineService.class)
            .dependsOn(APPLICATION, ApplicationChoice.INGEST_JOB)
            .build();

    static final PropertyDescriptor KAFKA_CLUSTER_SERVICE = new PropertyDescriptor.Builder()
            .name("Kafka Cluster Service")
            .description(
                    "The Kafka cluster of the stream. Its client properties reach the application as the Spark settings"
                            + " spark.hybridingest.kafka.*, through a file that only NiFi's user can read.")
            .required(false)
            .identifiesControllerService(KafkaClusterService.class)
            .build();

    static final PropertyDescriptor APPLICATION_FILE = new PropertyDescriptor.Builder()
            .name("Application File")
            .description(
                    "JAR or Python file: a path on NiFi's machine, or a URI that Spark can read, such as hdfs: or s3a:.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .dependsOn(APPLICATION, ApplicationChoice.APPLICATION_FILE)
            .build();

    static final PropertyDescriptor MAIN_CLASS = new PropertyDescriptor.Builder()
            .name("Main Class")
            .description("Class with the main method. Needed for a JAR, left empty for a Python file.")
            .required(false)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .dependsOn(APPLICATION, ApplicationChoice.APPLICATION_FILE)
            .build();

    private SparkProcessorProperties() {}

    /** Application Arguments, which may vary with a FlowFile only where there can be one. */
    static PropertyDescriptor applicationArguments(String description, ExpressionLanguageScope scope) {
        return new PropertyDescriptor.Builder()
                .name("Application Arguments")
                .description(
                        "Arguments of the application, separated by white space; quote one that contains some. They show in"
                                + " the process list: secrets belong into a sensitive spark.* property of the Spark Submit"
                                + " Service. " + description)
                .required(false)
                .expressionLanguageSupported(scope)
                .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
                .dependsOn(APPLICATION, ApplicationChoice.APPLICATION_FILE)
                .build();
    }

    /** A required time period. */
    static PropertyDescriptor period(String name, String defaultValue, String description) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .description(description)
                .required(true)
                .defaultValue(defaultValue)
                .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
                .build();
    }

    /** A required whole number from 0. */
    static PropertyDescriptor count(String name, String defaultValue, String description) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .description(description)
                .required(true)
                .defaultValue(defaultValue)
                .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
                .build();
    }

    /** What is wrong with a custom application. */
    static List<ValidationResult> validateApplication(ValidationContext context) {
        List<ValidationResult> results = new ArrayList<>();
        boolean custom = ApplicationChoice.APPLICATION_FILE
                .getValue()
                .equals(context.getProperty(APPLICATION).getValue());
        String file = context.getProperty(APPLICATION_FILE)
                .evaluateAttributeExpressions()
                .getValue();
        if (!custom || file == null) {
            return results;
        }
        if (!file.contains(":") && !Files.isReadable(Path.of(file))) {
            results.add(invalid(
                    APPLICATION_FILE,
                    file + " is not a file that NiFi's user can read. Give the whole path, or a URI with its scheme."));
        }
        if (!file.endsWith(".py") && !context.getProperty(MAIN_CLASS).isSet()) {
            results.add(invalid(MAIN_CLASS, "a JAR needs its main class. Name it, such as org.example.Report."));
        }
        return results;
    }

    static ValidationResult invalid(PropertyDescriptor descriptor, String problem) {
        return new ValidationResult.Builder()
                .subject(descriptor.getName())
                .valid(false)
                .explanation(problem)
                .build();
    }
}
