package io.hybridingest.sandbox.feed;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is sent, decided before the first record leaves. Equal flights, scale and time give an equal plan.
 *
 * @param history files of the history by month, oldest first
 * @param live requests of the live feed in the order of sending
 */
record FeedPlan(Map<YearMonth, List<Flight>> history, List<LiveRequest> live) {

    /**
     * One request of the live feed.
     *
     * @param records at least one; one alone is sent as an object, more as an array
     */
    record LiveRequest(List<LiveRecord> records) {
        LiveRequest {
            records = List.copyOf(records);
        }
    }

    /**
     * One record of the live feed.
     *
     * @param breakage how it is broken, null where it is good
     * @param marker what it can be found again by, null where it is good
     * @param unknownField whether it carries a field the schema does not know
     */
    record LiveRecord(Flight flight, Breakage breakage, String marker, boolean unknownField) {
        boolean travelsAlone() {
            return breakage != null && breakage.travelsAlone();
        }
    }

    private static final int LARGEST_REQUEST = 5;
    private static final int FURTHEST_REPEAT = 200;

    static FeedPlan of(List<Flight> shifted, FeedScale scale, Instant now) {
        Random random = new Random(scale.seed());
        Instant liveFrom = now.minus(FeedScale.LIVE_WINDOW);
        List<Flight> window = new ArrayList<>();
        TreeMap<YearMonth, List<Flight>> history = new TreeMap<>();
        for (int index = 0; index < shifted.size(); index++) {
            Flight flight = shifted.get(index);
            if (flight.scheduledDeparture().isAfter(liveFrom)) {
                window.add(flight);
            } else if (index % scale.historyOneIn() == 0) {
                history.computeIfAbsent(month(flight), month -> new ArrayList<>())
                        .add(flight);
            }
        }
        while (history.size() > scale.historyMonths()) {
            history.pollFirstEntry();
        }
        Collections.shuffle(window, random);
        List<Flight> chosen = new ArrayList<>(window.subList(0, Math.min(window.size(), scale.liveRecords())));
        List<LiveRecord> broken = broken(chosen, scale, now);
        List<LiveRecord> good = good(chosen, history, random);
        return new FeedPlan(history, requests(inOrder(good, broken, random), random));
    }

    /** Takes flights out of the chosen ones: a broken flight is not also sent whole, so that it must not arrive. */
    private static List<LiveRecord> broken(List<Flight> chosen, FeedScale scale, Instant now) {
        Instant fresh = now.minus(scale.lateAfter().dividedBy(2));
        List<LiveRecord> broken = new ArrayList<>();
        for (Breakage breakage : Breakage.values()) {
            Iterator<Flight> candidates = chosen.iterator();
            for (int count = 0; count < scale.brokenPerKind() && candidates.hasNext(); ) {
                Flight candidate = candidates.next();
                if (breakage != Breakage.OVERSIZED
                        || candidate.scheduledDeparture().isAfter(fresh)) {
                    candidates.remove();
                    String marker = "BROKEN-%05d".formatted(broken.size());
                    broken.add(new LiveRecord(candidate, breakage, marker, false));
                    count++;
                }
            }
        }
        return broken;
    }

    private static List<LiveRecord> good(List<Flight> chosen, TreeMap<YearMonth, List<Flight>> history, Random random) {
        List<LiveRecord> good = new ArrayList<>();
        for (Flight flight : chosen) {
            boolean inBothLanes = !history.isEmpty() && random.nextDouble() < FeedScale.IN_BOTH_LANES;
            if (inBothLanes) {
                history.lastEntry().getValue().add(flight);
            }
            boolean unknownField = !inBothLanes && random.nextDouble() < FeedScale.WITH_UNKNOWN_FIELD;
            good.add(new LiveRecord(flight, null, null, unknownField));
        }
        return good;
    }

    /** In the order in which the world heard of them, some of them again a while later. */
    private static List<LiveRecord> inOrder(List<LiveRecord> good, List<LiveRecord> broken, Random random) {
        List<LiveRecord> ordered = new ArrayList<>(good);
        ordered.addAll(broken);
        ordered.sort(Comparator.comparing((LiveRecord live) -> live.flight().heardOf())
                .thenComparing(live -> live.flight().identity().toString()));
        for (int index = ordered.size() - 1; index >= 0; index--) {
            LiveRecord live = ordered.get(index);
            if (live.breakage() == null && random.nextDouble() < FeedScale.SENT_TWICE) {
                int later = index + 1 + random.nextInt(FURTHEST_REPEAT);
                ordered.add(Math.min(later, ordered.size()), live);
            }
        }
        return ordered;
    }

    private static List<LiveRequest> requests(List<LiveRecord> ordered, Random random) {
        List<LiveRequest> requests = new ArrayList<>();
        List<LiveRecord> open = new ArrayList<>();
        int size = 1;
        for (LiveRecord live : ordered) {
            if (!open.isEmpty() && (live.travelsAlone() || open.size() >= size)) {
                requests.add(new LiveRequest(open));
                open.clear();
                size = 1 + random.nextInt(LARGEST_REQUEST);
            }
            open.add(live);
            if (live.travelsAlone()) {
                requests.add(new LiveRequest(open));
                open.clear();
            }
        }
        if (!open.isEmpty()) {
            requests.add(new LiveRequest(open));
        }
        return requests;
    }

    private static YearMonth month(Flight flight) {
        return YearMonth.from(flight.scheduledDeparture().atOffset(ZoneOffset.UTC));
    }

    /** Number of distinct good flights. */
    long distinct() {
        Set<Flight.Identity> identities = new HashSet<>();
        history.values().forEach(month -> month.forEach(flight -> identities.add(flight.identity())));
        live.stream()
                .flatMap(request -> request.records().stream())
                .filter(record -> record.breakage() == null)
                .forEach(record -> identities.add(record.flight().identity()));
        return identities.size();
    }

    /** How long the live feed takes at a pace. */
    Duration liveDuration(double recordsPerSecond) {
        long records =
                live.stream().mapToLong(request -> request.records().size()).sum();
        return Duration.ofMillis((long) (records * 1000 / recordsPerSecond));
    }
}
