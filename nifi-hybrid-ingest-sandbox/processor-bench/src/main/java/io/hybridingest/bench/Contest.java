package io.hybridingest.bench;

import io.hybridingest.bench.Work.Peer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Measures one piece of work: every side sees the same contents, and they take turns all the time, so that whatever else the machine does
 * meets all of them. Before anything counts, each peer's records are compared with ours, and in every round their number is checked.
 * Used by one thread, which does the work.
 */
final class Contest {
    /** How often the sides take turns within a round. */
    private static final int TURNS = 4;

    private final Scale scale;
    private final Predicate<String> wanted;
    private final Consumer<String> progress;

    /**
     * @param wanted which comparisons are asked for, by name
     * @param progress is told what happens, a line at a time
     */
    Contest(Scale scale, Predicate<String> wanted, Consumer<String> progress) {
        this.scale = scale;
        this.wanted = wanted;
        this.progress = progress;
    }

    /** One comparison for each size of FlowFile and each peer, as far as they are wanted. */
    List<Comparison> measure(Work work) {
        List<Comparison> comparisons = new ArrayList<>();
        for (Scale.Load load : scale.loads()) {
            List<Peer> peers = wanted(work, load);
            if (!peers.isEmpty()) {
                comparisons.addAll(measure(work, peers, load));
            }
        }
        return comparisons;
    }

    /** Whether any comparison of the work is wanted. */
    boolean concerns(Work work) {
        return scale.loads().stream().anyMatch(load -> !wanted(work, load).isEmpty());
    }

    private List<Peer> wanted(Work work, Scale.Load load) {
        return work.peers().stream()
                .filter(peer -> wanted.test(name(peer, work, load)))
                .toList();
    }

    private List<Comparison> measure(Work work, List<Peer> peers, Scale.Load load) {
        Side ours = work.ours().get();
        Map<Peer, Side> others = new LinkedHashMap<>();
        peers.forEach(peer -> others.put(peer, peer.side().get()));
        List<Side> sides = new ArrayList<>(List.of(ours));
        sides.addAll(others.values());
        byte[] one = work.contents().of(0, 1, load.records()).getFirst();
        others.forEach((peer, side) -> requireSameRecords(ours, side, peer.sameFields(), one, load));
        Map<Side, List<Sample>> samples = samples(work, sides, load);
        samples.forEach((side, taken) -> tell(work, load, side, taken));
        return peers.stream()
                .map(peer -> compare(name(peer, work, load), samples.get(ours), samples.get(others.get(peer))))
                .toList();
    }

    private Map<Side, List<Sample>> samples(Work work, List<Side> sides, Scale.Load load) {
        warmUp(sides, work.contents().of(0, load.flowFiles(), load.records()));
        Map<Side, List<Sample>> samples = new LinkedHashMap<>();
        for (int round = 0; round < load.rounds(); round++) {
            long first = (long) round * load.flowFiles();
            List<byte[]> contents = work.contents().of(first, load.flowFiles(), load.records());
            round(sides, contents, load.records())
                    .forEach((side, sample) -> samples.computeIfAbsent(side, any -> new ArrayList<>())
                            .add(sample));
        }
        return samples;
    }

    private static Map<Side, Sample> round(List<Side> sides, List<byte[]> contents, int recordsEach) {
        System.gc();
        Map<Side, Sample> samples = new LinkedHashMap<>();
        int turn = Math.max(1, contents.size() / TURNS);
        for (int from = 0; from < contents.size(); from += turn) {
            List<byte[]> part = contents.subList(from, Math.min(from + turn, contents.size()));
            for (Side side : sides) {
                samples.merge(side, Sample.take(side, part), Sample::plus);
            }
        }
        samples.forEach((side, sample) -> requireAll(side, sample, (long) recordsEach * contents.size()));
        return samples;
    }

    private static String name(Peer peer, Work work, Scale.Load load) {
        return peer.name() + "." + work.name() + "." + load.records();
    }

    private void warmUp(List<Side> sides, List<byte[]> contents) {
        Map<Side, Long> cold = new LinkedHashMap<>();
        sides.forEach(side -> cold.put(side, scale.warmUp().toNanos()));
        do {
            for (byte[] content : contents) {
                cold.replaceAll((side, left) -> left - nanos(side, content));
                cold.values().removeIf(left -> left <= 0);
            }
        } while (!cold.isEmpty());
    }

    private static long nanos(Side side, byte[] content) {
        long start = System.nanoTime();
        side.process(content);
        return System.nanoTime() - start;
    }

    private static void requireAll(Side side, Sample sample, long records) {
        if (sample.records() != records) {
            throw new IllegalStateException("%s made %d records of %d: the comparison would not be fair"
                    .formatted(side.name(), sample.records(), records));
        }
    }

    private static void requireSameRecords(Side ours, Side peer, List<String> fields, byte[] content, Scale.Load load) {
        List<String> mine = Readable.records(ours.process(content), fields);
        List<String> theirs = Readable.records(peer.process(content), fields);
        if (mine.size() != load.records() || !mine.equals(theirs)) {
            throw new IllegalStateException(
                    "%s made %d records of %d and %s %d. Only made by the first: %s. By the other: %s."
                            .formatted(
                                    ours.name(),
                                    mine.size(),
                                    load.records(),
                                    peer.name(),
                                    theirs.size(),
                                    firstMissing(mine, theirs),
                                    firstMissing(theirs, mine)));
        }
    }

    private static String firstMissing(List<String> some, List<String> others) {
        Set<String> known = new HashSet<>(others);
        return some.stream()
                .filter(record -> !known.contains(record))
                .findFirst()
                .orElse("none");
    }

    private static Comparison compare(String name, List<Sample> ours, List<Sample> peer) {
        return new Comparison(
                name,
                Sample.median(ours, Sample::perSecond),
                Sample.median(peer, Sample::perSecond),
                Sample.median(ours, Sample::allocatedPerRecord),
                Sample.median(peer, Sample::allocatedPerRecord));
    }

    private void tell(Work work, Scale.Load load, Side side, List<Sample> samples) {
        progress.accept(String.format(
                Locale.ROOT,
                "  %s.%d %s: %,.0f records/s, %,.0f a CPU second, %,.0f bytes allocated a record",
                work.name(),
                load.records(),
                side.name(),
                Sample.median(samples, Sample::perSecond),
                Sample.median(samples, Sample::perCpuSecond),
                Sample.median(samples, Sample::allocatedPerRecord)));
    }
}
