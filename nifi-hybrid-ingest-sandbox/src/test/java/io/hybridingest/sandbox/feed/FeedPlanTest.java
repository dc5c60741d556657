package io.hybridingest.sandbox.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FeedPlanTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final FeedScale SCALE = new FeedScale(2, 2, 300, 50, Duration.ofHours(24), 3, 7);

    private final List<Flight> flights = everyTenMinutes(12_000);
    private final FeedPlan plan = FeedPlan.of(flights, SCALE, NOW);

    @Test
    void equalInputGivesAnEqualPlan() {
        assertThat(FeedPlan.of(flights, SCALE, NOW)).isEqualTo(plan);
    }

    @Test
    void liveFeedHoldsTheLastTwoDaysAndBothLanesOfThem() {
        List<Instant> live = good().stream()
                .map(record -> record.flight().scheduledDeparture())
                .toList();
        assertThat(live).allMatch(time -> time.isAfter(NOW.minus(Duration.ofHours(48))));
        assertThat(live).anyMatch(time -> time.isAfter(NOW.minus(Duration.ofHours(24))));
        assertThat(live).anyMatch(time -> time.isBefore(NOW.minus(Duration.ofHours(24))));
    }

    @Test
    void liveFeedArrivesInTheOrderInWhichItBecameKnownExceptForRepeats() {
        Set<Flight.Identity> seen = new HashSet<>();
        List<Instant> firstTimes = records().stream()
                .filter(record -> seen.add(record.flight().identity()))
                .map(record -> record.flight().heardOf())
                .toList();
        assertThat(firstTimes).isSorted();
        assertThat(firstTimes).isNotEmpty();
        assertThat(records().size() - firstTimes.size()).isBetween(1, 60);
    }

    @Test
    void everyKindOfBreakageIsThereAndItsFlightIsNeverSentWhole() {
        Map<Breakage, Integer> kinds = new EnumMap<>(Breakage.class);
        Set<Flight.Identity> broken = new HashSet<>();
        records().stream().filter(record -> record.breakage() != null).forEach(record -> {
            kinds.merge(record.breakage(), 1, Integer::sum);
            broken.add(record.flight().identity());
        });
        assertThat(kinds).hasSize(Breakage.values().length).allSatisfy((kind, count) -> assertThat(count)
                .isEqualTo(3));
        assertThat(good()).noneMatch(record -> broken.contains(record.flight().identity()));
        assertThat(historyFlights()).noneMatch(flight -> broken.contains(flight.identity()));
    }

    @Test
    void truncatedAndOversizedRecordsTravelAlone() {
        assertThat(plan.live())
                .filteredOn(request -> request.records().stream().anyMatch(FeedPlan.LiveRecord::travelsAlone))
                .isNotEmpty()
                .allMatch(request -> request.records().size() == 1);
    }

    @Test
    void someFlightsAreInBothFeedsAndThoseCarryNoUnknownField() {
        Set<Flight.Identity> history =
                historyFlights().stream().map(Flight::identity).collect(Collectors.toSet());
        assertThat(good())
                .filteredOn(record -> history.contains(record.flight().identity()))
                .isNotEmpty()
                .noneMatch(FeedPlan.LiveRecord::unknownField);
        assertThat(good()).anyMatch(FeedPlan.LiveRecord::unknownField);
    }

    @Test
    void historyIsThinnedToTheScale() {
        assertThat(plan.history()).hasSize(2);
        assertThat(
                        FeedPlan.of(flights, new FeedScale(2, 1, 300, 50, Duration.ofHours(24), 3, 7), NOW)
                                .history()
                                .values()
                                .stream()
                                .mapToInt(List::size)
                                .sum())
                .isGreaterThan(historyFlights().size() * 3 / 2);
    }

    private List<FeedPlan.LiveRecord> records() {
        return plan.live().stream()
                .flatMap(request -> request.records().stream())
                .toList();
    }

    private List<FeedPlan.LiveRecord> good() {
        return records().stream().filter(record -> record.breakage() == null).toList();
    }

    private List<Flight> historyFlights() {
        return plan.history().values().stream().flatMap(Collection::stream).toList();
    }

    private static List<Flight> everyTenMinutes(int count) {
        List<Flight> flights = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Integer delay = index % 20 == 0 ? null : index % 90 - 10;
            flights.add(new Flight(
                    "UA",
                    index % 3,
                    index % 2 == 0 ? "JFK" : "EWR",
                    "LAX",
                    "N" + index,
                    NOW.minus(Duration.ofMinutes(10L * (count - 1 - index))),
                    delay,
                    delay,
                    delay == null ? null : 300,
                    2475));
        }
        return flights;
    }
}
