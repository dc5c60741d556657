package io.hybridingest.job.sink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A growing set of 64-bit hashes, eight bytes each: sorted arrays, of which those of like size are merged, so that each hash is moved a
 * logarithmic number of times (the logarithmic method of Bentley and Saxe, 1980).
 */
final class IdentityHashes {
    private final List<long[]> runs = new ArrayList<>();
    private long size;

    /** How many hashes were added; one that was added twice counts twice. */
    long size() {
        return size;
    }

    /** @param sorted ascending; kept, so not to be changed afterwards */
    void add(long[] sorted) {
        if (sorted.length == 0) {
            return;
        }
        runs.add(sorted);
        size += sorted.length;
        while (runs.size() > 1 && last(1).length >= last(2).length / 2) {
            long[] merged = merged(runs.remove(runs.size() - 1), runs.remove(runs.size() - 1));
            runs.add(merged);
        }
    }

    private long[] last(int fromEnd) {
        return runs.get(runs.size() - fromEnd);
    }

    /** @param sorted ascending */
    boolean containsAny(long[] sorted) {
        return runs.stream().anyMatch(run -> haveOneInCommon(run, sorted));
    }

    private static boolean haveOneInCommon(long[] run, long[] sorted) {
        int from = 0;
        for (long hash : sorted) {
            int found = Arrays.binarySearch(run, from, run.length, hash);
            if (found >= 0) {
                return true;
            }
            from = -found - 1;
        }
        return false;
    }

    /** Those of some hashes that it has, in no order. Takes {@code sorted} ascending. */
    LongStream held(long[] sorted) {
        return runs.stream().flatMapToLong(run -> inCommon(run, sorted));
    }

    private static LongStream inCommon(long[] run, long[] sorted) {
        LongStream.Builder common = LongStream.builder();
        int from = 0;
        for (long hash : sorted) {
            int found = Arrays.binarySearch(run, from, run.length, hash);
            if (found >= 0) {
                common.add(hash);
            }
            from = found >= 0 ? found : -found - 1;
        }
        return common.build();
    }

    /** Merges two ascending arrays. */
    static long[] merged(long[] one, long[] other) {
        long[] both = new long[one.length + other.length];
        int i = 0;
        int j = 0;
        for (int k = 0; k < both.length; k++) {
            both[k] = j == other.length || (i < one.length && one[i] <= other[j]) ? one[i++] : other[j++];
        }
        return both;
    }
}
