package io.hybridingest.pipeline;

import java.time.Duration;

/**
 * Settings of the batch lane.
 *
 * @param landing directory or Hadoop path that landing files are put into; its children {@code records},
 *     {@code quarantine} and {@code unreadable} are created as needed
 * @param scheduleInterval length of one data interval
 */
public record Batch(String landing, Duration scheduleInterval) {
    /** Child of the landing zone that holds Avro containers of prepared records. */
    public static final String RECORDS = "records";

    /** Child of the landing zone that holds Avro containers of quarantined records. */
    public static final String QUARANTINE = "quarantine";

    /** Child of the landing zone that holds content that no reader could read, as it came. */
    public static final String UNREADABLE = "unreadable";
}
