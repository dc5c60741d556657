package io.hybridingest.kafka;

import java.time.Duration;

/** What people read when the job falls behind and when it has caught up. */
final class LagNotice {
    private LagNotice() {}

    static String text(PublishPlan plan, LagLimit limit, LagGate.Reading reading) {
        String pipeline = plan.pipeline().name();
        String position = position(plan, reading.lag()) + ", the limit is " + limit(limit);
        if (reading.open()) {
            return "The job of pipeline " + pipeline + " has caught up: " + position + ". Publishing goes on";
        }
        return "The job of pipeline " + pipeline + " lags: " + position + ". " + consequence(plan)
                + " until it has caught up. " + remedy(plan, reading.lag());
    }

    /** How far the job is, in words. */
    static String position(PublishPlan plan, JobLag.Known lag) {
        String records = "topic " + plan.topic() + " is " + lag.records() + " records ahead of the table";
        if (lag.records() == 0 || lag.age().isZero()) {
            return records;
        }
        return records + ", the oldest of them for " + (lag.ageIsMinimum() ? "at least " : "") + words(lag.age());
    }

    static String limit(LagLimit limit) {
        return limit.records() + (limit.age() == null ? "" : " records or " + words(limit.age()));
    }

    static String consequence(PublishPlan plan) {
        return switch (plan.pipeline().stream().whenLagging()) {
            case HOLD -> "FlowFiles stay queued";
            case DIVERT -> "FlowFiles go to overflow";
        };
    }

    private static String remedy(PublishPlan plan, JobLag.Known lag) {
        return switch (lag.group()) {
            case ABSENT ->
                "No job has published offsets as consumer group "
                        + plan.pipeline().name() + " yet, and so the whole topic counts: start the job";
            case PUBLISHED, GONE ->
                "Check that the job runs; if this lasts, give it more cores or the topic more partitions";
        };
    }

    /** A duration as people write it, to the second. */
    static String words(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds >= 2 * 86_400) {
            return seconds / 86_400 + " days";
        }
        if (seconds >= 2 * 3600) {
            return seconds / 3600 + " hours";
        }
        return seconds >= 120 ? seconds / 60 + " minutes" : seconds + " seconds";
    }
}
