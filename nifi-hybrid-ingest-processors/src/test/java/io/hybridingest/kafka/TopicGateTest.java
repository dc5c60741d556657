package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.kafka.JobLag.Group;
import io.hybridingest.kafka.TopicGate.Passage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicGateTest {
    private static final Duration STALL = Duration.ofMinutes(10);

    private final FakeTopic topic = new FakeTopic();
    private final PublishPlan plan = PublishFixture.plan(Delivery.TRANSACTIONAL);
    private final TopicGate gate = new TopicGate(plan, topic, new LagLimit(1000, Duration.ofSeconds(100), STALL));

    @Test
    void closesAboveTheLimitAndOpensBelowFourFifths() {
        assertThat(isOpenAt(1000)).isTrue();
        assertThat(isOpenAt(1001)).isFalse();
        assertThat(isOpenAt(2000)).isFalse();
        assertThat(isOpenAt(800)).isFalse();
        assertThat(isOpenAt(799)).isTrue();
        assertThat(isOpenAt(1000)).isTrue();
    }

    @Test
    void theTimeThatRecordsWaitIsALimitOfItsOwn() {
        assertThat(isOpenAt(10, 100)).isTrue();
        assertThat(isOpenAt(10, 101)).isFalse();
        assertThat(isOpenAt(10, 80)).isFalse();
        assertThat(isOpenAt(900, 10)).as("few enough and young enough").isFalse();
        assertThat(isOpenAt(10, 79)).isTrue();
    }

    @Test
    void whatWasPublishedSinceTheReadingCounts() {
        assertThat(isOpenAt(600)).isTrue();

        gate.published(500, null);
        assertThat(gate.pass()).isInstanceOf(Passage.Lagging.class);

        topic.lag(700);
        assertThat(gate.pass()).as("the new reading holds what was published").isInstanceOf(Passage.Open.class);
    }

    @Test
    void lagIsSaidOnceWhenItBeginsAndOnceWhenItEnds() {
        topic.lag(new JobLag.Known(5000, Duration.ofSeconds(30), true, Duration.ZERO, Group.PUBLISHED));
        assertThat(news())
                .singleElement()
                .asString()
                .contains(
                        "topic payments-topic is 5000 records ahead of the table, the oldest of them for at least 30 seconds",
                        "the limit is 1000 records or 100 seconds",
                        "FlowFiles stay queued until it has caught up");
        topic.lag(4000);
        assertThat(news()).isEmpty();
        topic.lag(10);
        assertThat(news()).singleElement().asString().contains("has caught up", "Publishing goes on");
        assertThat(news()).isEmpty();
    }

    @Test
    void aJobThatNeverRanIsNamedAsTheReason() {
        topic.lag(new JobLag.Known(5000, Duration.ZERO, false, Duration.ZERO, Group.ABSENT));

        assertThat(news())
                .singleElement()
                .asString()
                .contains("No job has published offsets as consumer group payments yet", "start the job");
    }

    @Test
    void aForgottenGroupIsSaidOnceForEachTimeItIsForgotten() {
        JobLag gone = new JobLag.Known(10, Duration.ZERO, false, Duration.ZERO, Group.GONE);
        topic.lag(gone);
        assertThat(news()).singleElement().asString().contains("have forgotten the offsets of consumer group payments");
        topic.lag(gone);
        assertThat(news()).isEmpty();

        topic.lag(10);
        assertThat(news()).isEmpty();
        topic.lag(gone);
        assertThat(news()).hasSize(1);
    }

    @Test
    void offsetsThatStandStillAreSaidOnceAndStopNothing() {
        topic.lag(new JobLag.Known(10, Duration.ZERO, false, STALL.plusSeconds(1), Group.PUBLISHED));

        assertThat(gate.pass()).isInstanceOfSatisfying(Passage.Open.class, open -> assertThat(open.news())
                .singleElement()
                .asString()
                .contains("has published no progress for 10 minutes", "Check that the job runs"));
        assertThat(news()).isEmpty();
    }

    @Test
    void retentionHasToCoverLateAfterAndTheTimeThatRecordsMayWait() {
        Duration needed = plan.pipeline().eventTime().lateAfter().plusSeconds(100);
        topic.settings(new TopicSettings(needed, false, null, null, false, null));
        assertThat(news()).isEmpty();

        topic.settings(new TopicSettings(needed.minusMillis(1), false, null, null, false, null));
        assertThat(news())
                .singleElement()
                .asString()
                .contains("from their event time", "Set its retention.ms to at least " + needed.toMillis());
        assertThat(news()).isEmpty();
    }

    @Test
    void recordsThatTheTopicDoesNotKeepAreSaidOnceForAsLongAsTheyCome() {
        topic.settings(new TopicSettings(Duration.ofDays(2), false, null, null, false, null));
        assertThat(gate.published(5, topic.at().minus(Duration.ofDays(2)).plusSeconds(100)))
                .as("until the job has to have read it")
                .isEmpty();

        Instant old = topic.at().minus(Duration.ofDays(30));
        assertThat(gate.published(5, old))
                .singleElement()
                .asString()
                .contains(
                        "Records as old as 30 days were published to topic payments-topic",
                        "keeps records for 2 days from their event time",
                        "a rule stream.NAME of RouteHybridRecord",
                        "retention.ms to more than "
                                + Duration.ofDays(30).plusSeconds(100).toMillis());
        assertThat(news()).isEmpty();
        assertThat(gate.published(5, old)).isEmpty();

        topic.advance(Duration.ofHours(2));
        assertThat(news()).isEmpty();
        assertThat(gate.published(5, old)).as("they had stayed away").hasSize(1);
    }

    @Test
    void oldRecordsAreNoNewsWhereNothingDeletesThem() {
        Instant old = topic.at().minus(Duration.ofDays(3000));
        topic.settings(new TopicSettings(null, false, null, null, false, null));
        assertThat(gate.published(5, old)).isEmpty();
        topic.settings(new TopicSettings(Duration.ofDays(2), true, null, null, false, null));
        assertThat(gate.published(5, old)).as("kept from their arrival on").isEmpty();
        topic.settings(null);
        assertThat(gate.published(5, old)).isEmpty();
        assertThat(gate.published(5, null)).isEmpty();
    }

    @Test
    void retentionFromArrivalLosesNoLateRecordsButTheTimestampsAreWrong() {
        topic.settings(new TopicSettings(Duration.ofMinutes(1), true, null, null, false, null));

        assertThat(news()).singleElement().asString().contains("set its message.timestamp.type to CreateTime");
    }

    @Test
    void timestampsThatTheTopicWouldRefuseAreSaid() {
        topic.settings(new TopicSettings(
                Duration.ofDays(7), false, Duration.ofSeconds(1), Duration.ofSeconds(2), false, null));

        assertThat(news())
                .satisfiesExactly(
                        before -> assertThat(before).contains("refuses records older than 1 seconds"),
                        after -> assertThat(after).contains("refuses records further ahead than 2 seconds"));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, ''",
        "3, 1, 1, 'on one broker only, though the cluster has 3'",
        "3, 2, 1, ''",
        "3, 3, 1, 'Set its min.insync.replicas to 2'",
        "3, 3, 2, ''"
    })
    void aTopicWhoseRecordsGoWithOneBrokerIsSaidToBeOneWhereThereAreMore(
            int brokers, int replicas, int minInSyncReplicas, String said) {
        topic.settings(new TopicSettings(
                null, false, null, null, false, new TopicSettings.Durability(brokers, replicas, minInSyncReplicas)));

        assertThat(String.join(" ", news())).contains(said).matches(all -> all.isEmpty() == said.isEmpty());
    }

    @Test
    void compactionIsHarmlessWhereTheKeyIsTheIdentityOnly() {
        topic.settings(new TopicSettings(null, false, null, null, true, null));
        assertThat(news()).isEmpty();

        PublishPlan sticky = PublishFixture.plan(
                plan.pipeline(), PublishFixture.settings(Delivery.TRANSACTIONAL, Partitioning.STICKY, Map.of()));
        TopicGate other = new TopicGate(sticky, topic, new LagLimit(1000, null, STALL));
        assertThat(((Passage.Open) other.pass()).news())
                .singleElement()
                .asString()
                .contains("is compacted", "set its cleanup.policy to delete");
    }

    @Test
    void whatIsUnknownIsAFaultAndNotNoLag() {
        topic.lag(new JobLag.Unknown(new GroupAuthorizationException("payments")));
        assertThat(gate.pass()).isInstanceOfSatisfying(Passage.Faulty.class, faulty -> assertThat(
                        faulty.fault().code())
                .isEqualTo("authorization"));

        topic.fail(new TimeoutException("no answer"));
        assertThat(gate.pass()).isInstanceOfSatisfying(Passage.Faulty.class, faulty -> assertThat(
                        faulty.fault().message())
                .contains("did not answer in time"));
    }

    private boolean isOpenAt(long records) {
        return isOpenAt(records, 0);
    }

    private boolean isOpenAt(long records, long ageSeconds) {
        topic.lag(new JobLag.Known(records, Duration.ofSeconds(ageSeconds), false, Duration.ZERO, Group.PUBLISHED));
        return gate.pass() instanceof Passage.Open;
    }

    private List<String> news() {
        return switch (gate.pass()) {
            case Passage.Open open -> open.news();
            case Passage.Lagging lagging -> lagging.news();
            case Passage.Faulty faulty -> throw new AssertionError(faulty.fault());
        };
    }
}
