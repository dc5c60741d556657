package io.hybridingest.bench;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param loads the FlowFiles of one round, for each size of FlowFile, the largest first so that the compiler has seen most by then
 * @param warmUp how long each side works, at least, before it is measured: the compiler needs seconds until it has done what it will do
 */
record Scale(List<Load> loads, Duration warmUp) {
    Scale {
        loads = List.copyOf(loads);
    }

    /** What a comparison rests on. */
    static Scale full() {
        return new Scale(
                List.of(new Load(50_000, 4, 5), new Load(100, 1_000, 7), new Load(1, 10_000, 7)),
                Duration.ofSeconds(5));
    }

    /** Enough to see that everything works, and of no meaning beyond. */
    static Scale smoke() {
        return new Scale(List.of(new Load(50, 2, 1), new Load(1, 3, 1)), Duration.ZERO);
    }

    /**
     * FlowFiles of one size.
     *
     * @param records records in each
     * @param flowFiles FlowFiles in a round
     * @param rounds measured rounds
     */
    record Load(int records, int flowFiles, int rounds) {}
}
