package io.hybridingest.kafka;

import java.util.List;

/** What was seen of a topic, in sentences. */
public final class TopicReport {
    private TopicReport() {}

    /** What the topic's settings could do to the pipeline's records, and what to set instead; empty where nothing is wrong. */
    public static List<String> concerns(TopicSettings settings, PublishPlan plan, LagLimit limit) {
        return TopicNotice.ofSettings(settings, plan, limit).stream()
                .map(TopicNotice::text)
                .toList();
    }

    /** How far the job is and what happens when it falls behind. */
    public static String lag(JobLag.Known lag, PublishPlan plan, LagLimit limit) {
        String position = LagNotice.position(plan, lag);
        String rule = "above " + LagNotice.limit(limit) + " " + LagNotice.consequence(plan);
        String group =
                switch (lag.group()) {
                    case PUBLISHED -> "";
                    case ABSENT ->
                        ". No job has published offsets as consumer group "
                                + plan.pipeline().name() + " yet, and so the whole topic counts: start the job";
                    case GONE ->
                        ". The brokers have forgotten the offsets of consumer group "
                                + plan.pipeline().name()
                                + ", and so the last that were seen count: check that the job runs";
                };
        return Character.toUpperCase(position.charAt(0)) + position.substring(1) + "; " + rule + group;
    }
}
