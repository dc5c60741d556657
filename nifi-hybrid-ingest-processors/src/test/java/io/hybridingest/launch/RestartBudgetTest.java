package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration WINDOW = Duration.ofMinutes(10);

    private final RestartBudget budget =
            new RestartBudget(3, WINDOW, new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(3), () -> 0));

    @Test
    void doublesThePauseUpToTheLongest() {
        assertThat(budget.died(START)).isEqualTo(new RestartBudget.Next(START.plusSeconds(1), false));
        assertThat(budget.died(START)).isEqualTo(new RestartBudget.Next(START.plusSeconds(2), false));
        assertThat(budget.died(START)).isEqualTo(new RestartBudget.Next(START.plusSeconds(3), false));
    }

    @Test
    void waitsForRoomInTheWindowAfterTooManyDeaths() {
        for (int death = 0; death < 3; death++) {
            budget.died(START.plusSeconds(death));
        }
        assertThat(budget.died(START.plusSeconds(9))).isEqualTo(new RestartBudget.Next(START.plus(WINDOW), true));
    }

    @Test
    void forgetsDeathsThatLeftTheWindow() {
        for (int death = 0; death < 3; death++) {
            budget.died(START);
        }
        Instant later = START.plus(WINDOW);
        assertThat(budget.died(later)).isEqualTo(new RestartBudget.Next(later.plusSeconds(1), false));
    }

    @Test
    void stretchesThePauseAtRandomByAFifthAtMost() {
        Backoff backoff = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1), () -> 1);
        assertThat(backoff.after(1)).isEqualTo(Duration.ofSeconds(12));
        assertThat(backoff.after(9)).isEqualTo(Duration.ofSeconds(72));
    }
}
