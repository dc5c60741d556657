package io.hybridingest.bench;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param loads the FlowFiles of one round, for each size of FlowFile, the largest first so that the compiler has seen most by then
 * @param rounds measured rounds of each case
 * @param warmUp how long each side works, at least, before it is measured
 */
record Scale(List<Load> loads, int rounds, Duration warmUp) {
    Scale {
        loads = List.copyOf(loads);
    }

    /** What a comparison rests on. */
    static Scale full() {
        return new Scale(
                List.of(new Load(50_000, 4), new Load(100, 400), new Load(1, 4_000)), 5, Duration.ofSeconds(1));
    }

    /** Enough to see that everything works, and of no meaning beyond. */
    static Scale smoke() {
        return new Scale(List.of(new Load(50, 2), new Load(1, 3)), 1, Duration.ZERO);
    }

    /**
     * FlowFiles of one size.
     *
     * @param records records in each
     * @param flowFiles FlowFiles in a round
     */
    record Load(int records, int flowFiles) {
        long total() {
            return (long) records * flowFiles;
        }
    }
}
