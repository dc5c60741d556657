package io.hybridingest.kafka;

import io.hybridingest.pipeline.EventTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something about the topic or the job that people should know, though publishing goes on.
 *
 * @param code tells one kind of notice from another
 * @param text what it is and what to do about it
 */
record TopicNotice(String code, String text) {

    /**
     * Settings of the topic that could lose or refuse records.
     *
     * @param settings null where they may not be read: then there is nothing to say
     */
    static List<TopicNotice> ofSettings(TopicSettings settings, PublishPlan plan, LagLimit limit) {
        List<TopicNotice> notices = new ArrayList<>();
        if (settings == null) {
            return notices;
        }
        EventTime eventTime = plan.pipeline().eventTime();
        if (settings.stampsArrival()) {
            notices.add(new TopicNotice(
                    "log-append-time",
                    "Topic " + plan.topic()
                            + " replaces event times by the time of arrival, so that whoever reads it by time meets other records "
                            + "than he asks for: set its message.timestamp.type to CreateTime"));
        } else {
            retention(settings, plan, limit, notices);
            refusals(settings, plan, eventTime, notices);
        }
        if (settings.durability() != null) {
            durability(settings.durability(), plan, notices);
        }
        if (settings.compacted() && plan.settings().partitioning() != Partitioning.IDENTITY) {
            notices.add(
                    new TopicNotice(
                            "compacted",
                            "Topic " + plan.topic()
                                    + " is compacted and keeps one record of each key, and with Partitioning "
                                    + plan.settings().partitioning().getDisplayName()
                                    + " different records share a key: set its cleanup.policy to delete, or Partitioning to Identity"));
        }
        return notices;
    }

    /** What Kafka has acknowledged outlives a broker only where another has it, too. With one broker there is no choice. */
    private static void durability(TopicSettings.Durability durability, PublishPlan plan, List<TopicNotice> notices) {
        if (durability.replicas() == 1 && durability.brokers() > 1) {
            notices.add(new TopicNotice(
                    "one-replica",
                    "Topic " + plan.topic() + " keeps each record on one broker only, though the cluster has "
                            + durability.brokers()
                            + ": acknowledged records are lost with that broker. Give its partitions 3 replicas "
                            + "(kafka-reassign-partitions.sh) and set its min.insync.replicas to 2"));
        }
        if (durability.replicas() > 2 && durability.minInSyncReplicas() == 1) {
            notices.add(new TopicNotice(
                    "min-in-sync",
                    "Topic " + plan.topic() + " has " + durability.replicas()
                            + " replicas, but while the others lag behind a record counts as written with one: it is lost with "
                            + "that broker. Set its min.insync.replicas to 2"));
        }
    }

    /** A record may be late-after old when it comes, and then waits for the job: until then it has to be kept. */
    private static void retention(TopicSettings settings, PublishPlan plan, LagLimit limit, List<TopicNotice> notices) {
        Duration lateAfter = plan.pipeline().eventTime().lateAfter();
        Duration needed = limit.age() == null ? lateAfter : lateAfter.plus(limit.age());
        if (settings.retention() == null || settings.retention().compareTo(needed) >= 0) {
            return;
        }
        String sum = "late-after, " + LagNotice.words(lateAfter)
                + (limit.age() == null ? "" : ", and Maximum Lag Age, " + LagNotice.words(limit.age()) + ", together");
        notices.add(new TopicNotice(
                "retention",
                "Topic " + plan.topic() + " keeps records for " + LagNotice.words(settings.retention())
                        + " from their event time, which is shorter than " + sum
                        + ": Kafka may delete records before the job has read them. Set its retention.ms to at least "
                        + needed.toMillis()));
    }

    /**
     * Records that are older than the pipeline expects of the stream lane, because somebody sent them there on purpose.
     *
     * @param age age of the oldest one that was published
     * @param settings null where they may not be read: then there is nothing to say
     */
    static Optional<TopicNotice> ofOldRecords(Duration age, TopicSettings settings, PublishPlan plan, LagLimit limit) {
        if (settings == null
                || settings.stampsArrival()
                || settings.retention() == null
                || age.compareTo(plan.pipeline().eventTime().lateAfter()) <= 0) {
            return Optional.empty();
        }
        Duration needed = limit.age() == null ? age : age.plus(limit.age());
        if (needed.compareTo(settings.retention()) <= 0) {
            return Optional.empty();
        }
        return Optional.of(new TopicNotice(
                "old-records",
                "Records as old as " + LagNotice.words(age) + " were published to topic " + plan.topic()
                        + ", which keeps records for " + LagNotice.words(settings.retention())
                        + " from their event time: Kafka may delete them before the job has read them. Let such records take the "
                        + "batch lane (a rule stream.NAME of RouteHybridRecord may send them here), or set the topic's retention.ms "
                        + "to more than " + needed.toMillis()));
    }

    private static void refusals(
            TopicSettings settings, PublishPlan plan, EventTime eventTime, List<TopicNotice> notices) {
        if (settings.oldest() != null && settings.oldest().compareTo(eventTime.lateAfter()) < 0) {
            notices.add(new TopicNotice(
                    "timestamp-before",
                    "Topic " + plan.topic() + " refuses records older than " + LagNotice.words(settings.oldest())
                            + ", and the pipeline's late-after is " + LagNotice.words(eventTime.lateAfter())
                            + ": those in between go to rejected. Set its message.timestamp.before.max.ms to at least "
                            + eventTime.lateAfter().toMillis() + ", or lower late-after"));
        }
        if (settings.newest() != null && settings.newest().compareTo(eventTime.aheadLimit()) < 0) {
            notices.add(new TopicNotice(
                    "timestamp-after",
                    "Topic " + plan.topic() + " refuses records further ahead than "
                            + LagNotice.words(settings.newest()) + ", and the pipeline's ahead-limit is "
                            + LagNotice.words(eventTime.aheadLimit())
                            + ": those in between go to rejected. Set its message.timestamp.after.max.ms to at least "
                            + eventTime.aheadLimit().toMillis() + ", or lower ahead-limit"));
        }
    }

    /** Signs that the job is not there. */
    static List<TopicNotice> ofJob(JobLag.Known lag, PublishPlan plan, LagLimit limit) {
        List<TopicNotice> notices = new ArrayList<>();
        String pipeline = plan.pipeline().name();
        if (lag.group() == JobLag.Group.GONE) {
            notices.add(
                    new TopicNotice(
                            "group-gone",
                            "The brokers have forgotten the offsets of consumer group " + pipeline
                                    + ", under which the job says how far it is: it was deleted, or nothing was published for "
                                    + "offsets.retention.minutes. The last offsets that were seen go on to count. Check that the job runs"));
        }
        if (lag.unmoved().compareTo(limit.stalledAfter()) > 0) {
            notices.add(new TopicNotice(
                    "stalled",
                    "The job of pipeline " + pipeline + " has published no progress for "
                            + LagNotice.words(lag.unmoved()) + ", though " + LagNotice.position(plan, lag)
                            + ". Publishing goes on up to the lag limit. Check that the job runs"));
        }
        return notices;
    }
}
