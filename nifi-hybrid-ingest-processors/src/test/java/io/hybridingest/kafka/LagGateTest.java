package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class LagGateTest {
    private final FakeTopic topic = new FakeTopic();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final LagGate gate = new LagGate(topic, 1000, new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    });

    @Test
    void closesAboveTheLimitAndOpensBelowFourFifths() {
        assertThat(reading(1000)).isEqualTo(new LagGate.Reading(true, false, 1000));
        assertThat(reading(1001)).isEqualTo(new LagGate.Reading(false, true, 1001));
        assertThat(reading(2000)).isEqualTo(new LagGate.Reading(false, false, 2000));
        assertThat(reading(800)).isEqualTo(new LagGate.Reading(false, false, 800));
        assertThat(reading(799)).isEqualTo(new LagGate.Reading(true, true, 799));
        assertThat(reading(1000)).isEqualTo(new LagGate.Reading(true, false, 1000));
    }

    @Test
    void asksEveryTwoSecondsAtMost() {
        gate.read();
        now = now.plusMillis(1999);
        gate.read();
        assertThat(topic.questions()).isEqualTo(1);

        now = now.plusMillis(1);
        gate.read();
        assertThat(topic.questions()).isEqualTo(2);
    }

    @Test
    void whatWasPublishedSinceCounts() {
        assertThat(reading(600).open()).isTrue();

        gate.published(500);

        assertThat(gate.read()).isEqualTo(new LagGate.Reading(false, true, 1100));
    }

    @Test
    void anUnknownLagIsNoLagAtAll() {
        topic.fail(new TimeoutException("no answer"));

        assertThatThrownBy(gate::read).isInstanceOf(TimeoutException.class);
    }

    private LagGate.Reading reading(long lag) {
        topic.lag(lag);
        now = now.plusSeconds(2);
        return gate.read();
    }
}
