package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.launch.SetClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BatchLimitTest {
    private final SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final BatchLimit.Count taken = new BatchLimit(100, 1000, Duration.ofSeconds(1)).begin(clock);

    @Test
    void recordsBytesAndTimeAreEachALimit() {
        taken.add(999);
        assertThat(taken.reached(99)).isFalse();
        assertThat(taken.reached(100)).isTrue();

        clock.advance(Duration.ofMillis(999));
        assertThat(taken.reached(99)).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(taken.reached(99)).isTrue();
    }

    @Test
    void bytesOfAllFlowFilesCount() {
        taken.add(600);
        taken.add(400);

        assertThat(taken.reached(0)).isTrue();
    }

    @Test
    void twentyFiveThousandFlowFilesAreEnoughHoweverSmall() {
        for (int flowFile = 1; flowFile < 25_000; flowFile++) {
            taken.add(0);
        }
        assertThat(taken.reached(0)).isFalse();
        taken.add(0);

        assertThat(taken.reached(0)).isTrue();
    }

    @Test
    void aClockThatIsSetBackProlongsNothing() {
        clock.advance(Duration.ofHours(-1));

        assertThat(taken.reached(0)).isTrue();
    }
}
