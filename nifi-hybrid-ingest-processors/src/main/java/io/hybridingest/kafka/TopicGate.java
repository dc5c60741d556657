package io.hybridingest.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides, before anything is taken from the queue, whether it may be published: the topic must be there, and the job must
 * keep up. Never waits for the network. Shared by all tasks of a processor; safe for several threads.
 *
 * <p>What nobody knows is never taken for good: an unknown topic or an unknown lag is a fault, and the FlowFiles stay queued.
 */
public final class TopicGate implements AutoCloseable {
    /** How long records stay away that are too old for the topic before the next ones are news. */
    private static final Duration OLD_RECORDS_COUNT_FOR = Duration.ofHours(1);

    private final PublishPlan plan;
    private final TopicObserver observer;
    private final LagLimit limit;
    private final LagGate lagGate;
    private final Set<String> said = new HashSet<>();
    private TopicNotice oldRecords;
    private Instant oldRecordsAt;

    /** @param observer closed with this gate */
    public TopicGate(PublishPlan plan, TopicObserver observer, LagLimit limit) {
        this.plan = plan;
        this.observer = observer;
        this.limit = limit;
        this.lagGate = new LagGate(limit);
    }

    /** What may be done with the FlowFiles that are queued. */
    public sealed interface Passage {
        /**
         * They may be published.
         *
         * @param news sentences that no caller was told before
         */
        record Open(List<String> news) implements Passage {}

        /**
         * The job cannot keep up: they are held or diverted, as the pipeline says.
         *
         * @param news sentences that no caller was told before
         */
        record Lagging(List<String> news) implements Passage {}

        /** Nothing can be published until the fault is mended. */
        record Faulty(KafkaFault fault) implements Passage {}
    }

    /** What may be done as things are. */
    public Passage pass() {
        return switch (observer.latest()) {
            case TopicState.Missing missing ->
                new Passage.Faulty(new KafkaFault("topic-missing", missing.message(), null));
            case TopicState.Unknown unknown -> new Passage.Faulty(plan.fault(unknown.why()));
            case TopicState.Present present ->
                switch (present.lag()) {
                    case JobLag.Unknown unknown -> new Passage.Faulty(plan.fault(unknown.why()));
                    case JobLag.Known lag -> pass(present, lag);
                };
        };
    }

    private synchronized Passage pass(TopicState.Present present, JobLag.Known lag) {
        LagGate.Reading reading = lagGate.read(lag, present.at());
        List<TopicNotice> notices = new ArrayList<>(TopicNotice.ofSettings(present.settings(), plan, limit));
        notices.addAll(TopicNotice.ofJob(lag, plan, limit));
        if (oldRecords != null && !present.at().isAfter(oldRecordsAt.plus(OLD_RECORDS_COUNT_FOR))) {
            notices.add(oldRecords);
        }
        List<String> news = news(notices);
        if (reading.changed()) {
            news.add(LagNotice.text(plan, limit, reading));
        }
        return reading.open() ? new Passage.Open(news) : new Passage.Lagging(news);
    }

    /** A notice is news when it begins, and again after it had ended. */
    private List<String> news(List<TopicNotice> notices) {
        List<String> news = new ArrayList<>();
        Set<String> current = new HashSet<>();
        for (TopicNotice notice : notices) {
            current.add(notice.code());
            if (!said.contains(notice.code())) {
                news.add(notice.text());
            }
        }
        said.clear();
        said.addAll(current);
        return news;
    }

    /**
     * Adds what was published to the lag, until the cluster is asked again.
     *
     * @param oldest the oldest timestamp among the records, null where none was given one
     * @return sentences that no caller was told before
     */
    public synchronized List<String> published(long records, Instant oldest) {
        lagGate.published(records);
        if (oldest == null || !(observer.latest() instanceof TopicState.Present present)) {
            return List.of();
        }
        Duration age = Duration.between(oldest, present.at());
        Optional<TopicNotice> notice = TopicNotice.ofOldRecords(age, present.settings(), plan, limit);
        notice.ifPresent(found -> {
            oldRecords = found;
            oldRecordsAt = present.at();
        });
        return notice.filter(found -> said.add(found.code())).map(TopicNotice::text).stream()
                .toList();
    }

    @Override
    public void close() {
        observer.close();
    }
}
