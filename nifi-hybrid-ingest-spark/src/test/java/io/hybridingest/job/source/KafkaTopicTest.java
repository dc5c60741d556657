package io.hybridingest.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Map;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaTopicTest {
    @ParameterizedTest
    @ValueSource(strings = {"request.timeout.ms", "default.api.timeout.ms"})
    void limitsThatAreMeantForTheProducerAreNoneForTheQuestionsOfTheJob(String limit) {
        for (String millis : new String[] {"1", "120000"}) {
            Map<String, String> properties = Map.of("bootstrap.servers", "127.0.0.1:1", limit, millis);
            assertThatCode(() -> new KafkaTopic("readings", properties).close()).doesNotThrowAnyException();
        }
    }

    @Test
    void aRefusalIsToldApartFromSilence() {
        assertThat(new KafkaUnreachableException("readings", new TopicAuthorizationException("readings")))
                .hasMessageContaining("grant READ and DESCRIBE on the topic");
        assertThat(new KafkaUnreachableException("readings", new DisconnectException()))
                .hasMessageContaining("Check spark.hybridingest.kafka.bootstrap.servers");
    }
}
