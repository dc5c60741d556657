package io.hybridingest.bench;

import java.util.List;
import java.util.function.Supplier;

/**
 * One piece of work, and who does it.
 *
 * @param name what is worked on, such as {@code transactions-json}
 * @param ours makes this project's side, when somebody is to be compared with it
 * @param peers at least one
 * @param contents what goes in
 */
record Work(String name, Supplier<Side> ours, List<Peer> peers, Contents contents) {
    Work {
        peers = List.copyOf(peers);
    }

    /**
     * Somebody else who does the work.
     *
     * @param name what comparing with it is called
     * @param side makes the peer's side
     * @param sameFields fields that have the same values in both results
     */
    record Peer(String name, Supplier<Side> side, List<String> sameFields) {
        Peer {
            sameFields = List.copyOf(sameFields);
        }
    }

    /** Contents of FlowFiles. */
    @FunctionalInterface
    interface Contents {
        /** @param first index of the first FlowFile */
        List<byte[]> of(long first, int flowFiles, int recordsEach);
    }
}
