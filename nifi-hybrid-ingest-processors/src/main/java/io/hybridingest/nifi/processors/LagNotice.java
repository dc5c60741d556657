package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.LagGate;
import io.hybridingest.kafka.PublishPlan;

/** What people read when the job falls behind and when it has caught up. */
final class LagNotice {
    private LagNotice() {}

    static String text(PublishPlan plan, LagGate.Reading reading) {
        String pipeline = plan.pipeline().name();
        String position =
                "topic " + plan.topic() + " is " + reading.lag() + " records ahead of the table, the limit is "
                        + plan.pipeline().stream().maxLag();
        if (reading.open()) {
            return "The job of pipeline " + pipeline + " has caught up: " + position + ". Publishing goes on";
        }
        String consequence =
                switch (plan.pipeline().stream().whenLagging()) {
                    case HOLD -> "FlowFiles stay queued until it has caught up";
                    case DIVERT -> "FlowFiles go to overflow until it has caught up";
                };
        return "The job of pipeline " + pipeline + " lags: " + position + ". " + consequence
                + ". Check that the job runs; if this lasts, give it more cores or the topic more partitions";
    }
}
