package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundPauseTest {
    private final RoundPause pause = new RoundPause(15);

    @Test
    void leavesOutMoreAndMoreRoundsUpToTheLimit() {
        assertThat(tries(60)).containsExactly(0, 2, 6, 14, 30, 46);
    }

    @Test
    void leavesOutNoneOnceItIsGranted() {
        tries(20);

        pause.granted();

        assertThat(pause.leavesOut()).isFalse();
        pause.denied();
        assertThat(pause.leavesOut()).isTrue();
        assertThat(pause.leavesOut()).isFalse();
    }

    /** Rounds that are not left out, where each of them is denied. */
    private List<Integer> tries(int rounds) {
        List<Integer> tries = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            if (!pause.leavesOut()) {
                tries.add(round);
                pause.denied();
            }
        }
        return tries;
    }
}
