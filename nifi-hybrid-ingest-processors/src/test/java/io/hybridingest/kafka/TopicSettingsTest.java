package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.kafka.TopicSettings.Durability;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicSettingsTest {
    @Test
    void kafkasNamesForNoLimitAreNoLimit() {
        assertThat(TopicSettings.of(
                        Map.of(
                                "cleanup.policy", "delete",
                                "retention.ms", "-1",
                                "message.timestamp.type", "CreateTime",
                                "message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE),
                                "message.timestamp.after.max.ms", "3600000"),
                        3,
                        2))
                .isEqualTo(new TopicSettings(null, false, null, Duration.ofHours(1), false, new Durability(3, 2, 1)));
    }

    @Test
    void aTopicThatIsOnlyCompactedKeepsRecordsWhateverItsRetention() {
        assertThat(TopicSettings.of(Map.of("cleanup.policy", "compact", "retention.ms", "1000"), 1, 1))
                .isEqualTo(new TopicSettings(null, false, null, null, true, new Durability(1, 1, 1)));
        assertThat(TopicSettings.of(Map.of("cleanup.policy", "compact,delete", "retention.ms", "1000"), 1, 1))
                .isEqualTo(new TopicSettings(Duration.ofSeconds(1), false, null, null, true, new Durability(1, 1, 1)));
    }

    @Test
    void settingsOfATopicToMakeCanNotContradictEachOther() {
        assertThatThrownBy(() -> new NewTopicSettings(6, (short) 2, 3, null))
                .hasMessageContaining("choose a number from 1 to 2");
    }

    @Test
    void theReplicationFactorMayBeLeftToTheBrokers() {
        NewTopicSettings left = new NewTopicSettings(6, NewTopicSettings.BROKERS_DEFAULT, 2, null);

        assertThat(left.named("t").replicationFactor()).isEqualTo((short) -1);
        assertThat(left.size()).contains("default.replication.factor of the brokers");
        assertThatThrownBy(() -> new NewTopicSettings(6, (short) 0, null, null))
                .hasMessageContaining("-1 for the brokers' default");
    }

    @Test
    void aNewTopicKeepsEventTimesAndWhatIsNotSetIsLeftToTheBrokers() {
        assertThat(new NewTopicSettings(6, (short) 1, null, null).named("t").configs())
                .isEqualTo(Map.of("message.timestamp.type", "CreateTime"));
        assertThat(new NewTopicSettings(6, (short) 3, 2, Duration.ofHours(2))
                        .named("t")
                        .configs())
                .isEqualTo(Map.of(
                        "message.timestamp.type", "CreateTime",
                        "min.insync.replicas", "2",
                        "retention.ms", "7200000"));
    }
}
