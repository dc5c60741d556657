package io.hybridingest.job.source;

/** Messages of the pipeline's schema could not be told apart from those of an earlier one that mean something else. */
public final class RefusedSchemaException extends RuntimeException {
    RefusedSchemaException(String difference, Object kept) {
        super(
                "In the pipeline's schema %s, and Kafka messages of both look alike: those that are still in the topic would be read wrongly. Give the field another name; or let the job of the earlier definition read the topic to its end, then delete %s."
                        .formatted(difference, kept));
    }
}
