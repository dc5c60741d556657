package io.hybridingest.job.transform;

/** A check or a transform that cannot be used, found before any record is read. The message says what to write instead. */
public final class RefusedQueryException extends RuntimeException {
    RefusedQueryException(String message) {
        super(message);
    }

    /** A query that Spark refuses; of what Spark says, the sentence without the plan. */
    RefusedQueryException(String message, Throwable spark) {
        super(message + ": " + sentence(spark), spark);
    }

    private static String sentence(Throwable spark) {
        return String.valueOf(spark.getMessage())
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("");
    }
}
