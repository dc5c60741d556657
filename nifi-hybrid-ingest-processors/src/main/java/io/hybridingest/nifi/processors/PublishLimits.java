package io.hybridingest.nifi.processors;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.processor.DataUnit;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * How much PublishKafkaStream publishes at once, how often it tries and how long it may take to stop.
 *
 * @param batch how much one transaction takes
 * @param attempts how often a FlowFile is tried that fails for no known reason
 * @param stopTimeout how long sending may go on when the processor stops
 */
record PublishLimits(BatchLimit batch, PublishAttempts attempts, Duration stopTimeout) {
    static final PropertyDescriptor MAXIMUM_BATCH_RECORDS = new PropertyDescriptor.Builder()
            .name("Maximum Batch Records")
            .description(
                    "Once so many records are taken, no further FlowFile joins the transaction. A FlowFile is never split.")
            .required(true)
            .defaultValue("500000")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();

    static final PropertyDescriptor MAXIMUM_BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Maximum Batch Size")
            .description("Once FlowFiles of this size are taken, no further one joins the transaction.")
            .required(true)
            .defaultValue("64 MB")
            .addValidator(StandardValidators.DATA_SIZE_VALIDATOR)
            .build();

    static final PropertyDescriptor MAXIMUM_BATCH_DURATION = new PropertyDescriptor.Builder()
            .name("Maximum Batch Duration")
            .description(
                    "Once a transaction has lasted this long, no further FlowFile joins it: how long the first record waits "
                            + "for the last one while FlowFiles keep coming.")
            .required(true)
            .defaultValue("1 sec")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final PropertyDescriptor MAXIMUM_ATTEMPTS = new PropertyDescriptor.Builder()
            .name("Maximum Attempts")
            .description(
                    "How often a FlowFile is tried that fails for a reason that is no known fault of the cluster, before it goes "
                            + "to failure. Between two attempts it waits for the Penalty Duration. Faults of the cluster do not count.")
            .required(true)
            .defaultValue("5")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();

    static final PropertyDescriptor STOP_TIMEOUT = new PropertyDescriptor.Builder()
            .name("Stop Timeout")
            .description(
                    "How long a transaction that is on its way may take to end when the processor stops. After that it is cut "
                            + "off; its FlowFiles stay in the queue.")
            .required(true)
            .defaultValue("10 secs")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final List<PropertyDescriptor> ALL =
            List.of(MAXIMUM_BATCH_RECORDS, MAXIMUM_BATCH_SIZE, MAXIMUM_BATCH_DURATION, MAXIMUM_ATTEMPTS, STOP_TIMEOUT);

    static PublishLimits of(ProcessContext context) {
        return new PublishLimits(
                new BatchLimit(
                        context.getProperty(MAXIMUM_BATCH_RECORDS).asLong(),
                        context.getProperty(MAXIMUM_BATCH_SIZE)
                                .asDataSize(DataUnit.B)
                                .longValue(),
                        duration(context, MAXIMUM_BATCH_DURATION)),
                new PublishAttempts(context.getProperty(MAXIMUM_ATTEMPTS).asInteger()),
                duration(context, STOP_TIMEOUT));
    }

    private static Duration duration(ProcessContext context, PropertyDescriptor property) {
        return Duration.ofMillis(context.getProperty(property).asTimePeriod(TimeUnit.MILLISECONDS));
    }
}
