package io.hybridingest.nifi.processors;

import io.hybridingest.launch.IntervalGrid;
import io.hybridingest.launch.IntervalSchedule;
import io.hybridingest.launch.MissedIntervals;
import io.hybridingest.launch.Overlap;
import io.hybridingest.pipeline.PipelineDefinition;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.processor.util.StandardValidators;

/** The properties that say which data intervals a batch processor runs, and what they mean together. */
final class IntervalProperties {
    static final PropertyDescriptor DATA_INTERVAL = new PropertyDescriptor.Builder()
            .name("Data Interval")
            .description(
                    "Length of a data interval. Intervals begin at whole multiples of it since 1970-01-01T00:00 in Time Zone."
                            + " Where it is empty: the pipeline's batch schedule-interval; for another application, 1 hour. Without effect with"
                            + " an incoming connection.")
            .required(false)
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final PropertyDescriptor MISSED_INTERVALS = new PropertyDescriptor.Builder()
            .name("Missed Intervals")
            .description(
                    "What becomes of intervals that completed while no run was possible. An interval whose run failed stays"
                            + " open, whatever is chosen here, and is run again before any other.")
            .required(true)
            .allowableValues(MissedIntervals.class)
            .defaultValue(MissedIntervals.MERGED)
            .build();

    static final PropertyDescriptor TIME_ZONE = new PropertyDescriptor.Builder()
            .name("Time Zone")
            .description(
                    "Zone on whose clocks intervals begin, such as UTC or Europe/Berlin. A day begins at midnight there and has"
                            + " 23 or 25 hours where the clocks change; no moment is left out or counted twice.")
            .required(true)
            .defaultValue("UTC")
            .addValidator(IntervalProperties::timeZone)
            .build();

    static final PropertyDescriptor FIRST_INTERVAL_START = new PropertyDescriptor.Builder()
            .name("First Interval Start")
            .description(
                    "Where to begin while the state holds no mark yet, such as 2026-01-01T00:00:00Z, for a backfill. Empty: with"
                            + " the newest complete interval. To begin again, clear this processor's state.")
            .required(false)
            .addValidator(IntervalProperties::instant)
            .build();

    static final PropertyDescriptor MAXIMUM_MISSED_INTERVALS = new PropertyDescriptor.Builder()
            .name("Maximum Missed Intervals")
            .description(
                    "How many missed intervals are made up for at most, the newest ones; a warning names the span that is passed"
                            + " over. Empty: all of them.")
            .required(false)
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .dependsOn(MISSED_INTERVALS, MissedIntervals.EACH, MissedIntervals.MERGED)
            .build();

    static final PropertyDescriptor OVERLAP = new PropertyDescriptor.Builder()
            .name("Overlap")
            .description("What becomes of an interval or a FlowFile that falls due while a run is under way.")
            .required(true)
            .allowableValues(Overlap.class)
            .defaultValue(Overlap.FORBID)
            .build();

    private IntervalProperties() {}

    /** The schedule as it is set. @param pipeline of the ingest job, empty for another application */
    static IntervalSchedule schedule(PropertyContext context, Optional<PipelineDefinition> pipeline) {
        return new IntervalSchedule(
                new IntervalGrid(
                        interval(context, pipeline),
                        ZoneId.of(context.getProperty(TIME_ZONE).getValue())),
                context.getProperty(MISSED_INTERVALS).asAllowableValue(MissedIntervals.class),
                context.getProperty(MAXIMUM_MISSED_INTERVALS).asInteger(),
                context.getProperty(FIRST_INTERVAL_START).isSet()
                        ? Instant.parse(
                                context.getProperty(FIRST_INTERVAL_START).getValue())
                        : null,
                context.getProperty(OVERLAP).asAllowableValue(Overlap.class));
    }

    private static Duration interval(PropertyContext context, Optional<PipelineDefinition> pipeline) {
        return context.getProperty(DATA_INTERVAL).isSet()
                ? context.getProperty(DATA_INTERVAL).asDuration()
                : pipeline.map(definition -> definition.batch().scheduleInterval())
                        .orElse(Duration.ofHours(1));
    }

    private static ValidationResult timeZone(String subject, String input, ValidationContext context) {
        return new ValidationResult.Builder()
                .subject(subject)
                .input(input)
                .valid(input.equals("Z") || ZoneId.getAvailableZoneIds().contains(input))
                .explanation("it must be the name of a time zone, such as UTC or Europe/Berlin")
                .build();
    }

    private static ValidationResult instant(String subject, String input, ValidationContext context) {
        boolean valid = true;
        try {
            Instant.parse(input);
        } catch (DateTimeException unreadable) {
            valid = false;
        }
        return new ValidationResult.Builder()
                .subject(subject)
                .input(input)
                .valid(valid)
                .explanation("it must be an instant in UTC, such as 2026-01-01T00:00:00Z")
                .build();
    }
}
