package io.hybridingest.job.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentityHashesTest {
    private final IdentityHashes hashes = new IdentityHashes();

    @Test
    void knowExactlyWhatWasAdded() {
        Random random = new Random(7);
        Set<Long> expected = new HashSet<>();
        for (int round = 0; round < 200; round++) {
            long[] some =
                    random.longs(random.nextInt(300), -2000, 2000).sorted().toArray();
            for (long each : some) {
                expected.add(each);
            }
            hashes.add(some);
            for (long probe = -2001; probe <= 2000; probe += 97) {
                assertThat(hashes.containsAny(new long[] {probe})).isEqualTo(expected.contains(probe));
            }
        }
    }

    @Test
    void findOneAmongManyThatAreNotThere() {
        hashes.add(new long[] {Long.MIN_VALUE, -5, 0, 40, Long.MAX_VALUE});

        assertThat(hashes.containsAny(new long[] {-6, -4, 1, 39, 41})).isFalse();
        assertThat(hashes.containsAny(new long[] {-6, -4, 1, 40, 41})).isTrue();
        assertThat(hashes.containsAny(new long[] {Long.MIN_VALUE})).isTrue();
        assertThat(hashes.containsAny(new long[] {-9, Long.MAX_VALUE})).isTrue();
        assertThat(hashes.containsAny(new long[0])).isFalse();
    }

    @Test
    void countWhatIsHeld() {
        hashes.add(new long[] {1, 2, 3});
        hashes.add(new long[0]);
        hashes.add(new long[] {3});

        assertThat(hashes.size()).isEqualTo(4);
    }
}
