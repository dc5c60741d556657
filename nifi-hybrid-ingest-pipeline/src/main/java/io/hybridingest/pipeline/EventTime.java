package io.hybridingest.pipeline;

import java.time.Duration;

/**
 * When a record happened, and how far from now that may be.
 *
 * @param field dotted path of a timestamp-micros or timestamp-millis field
 * @param lateAfter a record older than this goes through the batch lane
 * @param aheadLimit a record further in the future than this is invalid
 */
public record EventTime(String field, Duration lateAfter, Duration aheadLimit) {}
