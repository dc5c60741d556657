package io.hybridingest.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.bench.Work.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorBenchTest {
    private static final Predicate<String> EVERYTHING = name -> true;

    @Test
    void everyCaseRunsWithTheSameRecordsOnBothSides(@TempDir Path flights) throws IOException {
        List<String> told = new ArrayList<>();
        ProcessorBench bench = new ProcessorBench(Scale.smoke(), EVERYTHING, told::add);
        Map<String, Supplier<Work>> works = ProcessorBench.works(new Transactions(Kind.TRANSACTIONS), madeUp(flights));

        List<Comparison> comparisons = works.values().stream()
                .flatMap(work -> bench.run(work.get()).stream())
                .toList();

        assertThat(comparisons).extracting(Comparison::name).containsExactlyInAnyOrderElementsOf(expectedNames());
        assertThat(comparisons).allSatisfy(comparison -> {
            assertThat(comparison.ours()).isPositive();
            assertThat(comparison.peer()).isPositive();
            assertThat(comparison.oursAllocated()).isPositive();
            assertThat(comparison.peerAllocated()).isPositive();
        });
        assertThat(told).first().asString().startsWith("The mock framework takes ");
    }

    @Test
    void measuresNothingThatIsNotWanted() {
        ProcessorBench bench =
                new ProcessorBench(Scale.smoke(), ProcessorBench.beginsWith("route.vs-partition-record"), line -> {});
        Map<String, Supplier<Work>> works = ProcessorBench.works(new Transactions(Kind.TRANSACTIONS));

        assertThat(bench.wanted(works)).containsExactly("route.transactions-avro");
        assertThat(bench.run(works.get("route.transactions-avro").get()))
                .extracting(Comparison::name)
                .containsExactly(
                        "route.vs-partition-record.transactions-avro.50",
                        "route.vs-partition-record.transactions-avro.1");
    }

    @Test
    void everyPieceOfWorkHasAName(@TempDir Path flights) throws IOException {
        Map<String, Supplier<Work>> works = ProcessorBench.works(new Transactions(Kind.TRANSACTIONS), madeUp(flights));

        assertThat(new ProcessorBench(Scale.smoke(), EVERYTHING, line -> {}).wanted(works))
                .containsExactly(
                        "preprocess.transactions-json",
                        "preprocess.flights-json",
                        "preprocess.flights-csv",
                        "preprocess.flights-csv-typed",
                        "preprocess.hashed-transactions-json",
                        "route.transactions-json",
                        "route.flights-json",
                        "route.flights-csv",
                        "route.flights-csv-typed",
                        "route.transactions-avro",
                        "route.flights-avro");
    }

    @Test
    void refusesAPeerThatMakesOtherRecords() {
        Dataset dataset = new Dataset(new Transactions(Kind.TRANSACTIONS), Format.JSON);
        Work honest = PreprocessWork.on(dataset);
        Peer unmasked = new Peer("preprocess.vs-loop", honest.peers().getFirst().side(), List.of("tx_id", "card"));
        Work unfair = new Work(honest.name(), honest.ours(), List.of(unmasked), honest.contents());

        assertThatThrownBy(() -> new Contest(Scale.smoke(), EVERYTHING, line -> {}).measure(unfair))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(
                        "PreprocessRecord made 50 records of 50 and ConvertRecord 50", "card=************");
    }

    @Test
    void aFindingIsOneLineOfJson() throws IOException {
        String line = new Comparison("route.vs-loop", 95, 100, 812, 1203).json();

        assertThat(line).startsWith("{\"name\"").doesNotContain("\n");
        JsonNode finding = new ObjectMapper().readTree(line);
        assertThat(finding.get("name").asText()).isEqualTo("route.vs-loop");
        assertThat(finding.get("ours").asDouble()).isEqualTo(95);
        assertThat(finding.get("peer").asDouble()).isEqualTo(100);
        assertThat(finding.get("unit").asText()).isEqualTo("records/s");
        assertThat(finding.get("oursAllocated").asDouble()).isEqualTo(812);
        assertThat(finding.get("peerAllocated").asDouble()).isEqualTo(1203);
    }

    @Test
    void transactionsAreTheSameEachTimeAndAboutTwoHundredBytes() {
        Dataset dataset = new Dataset(new Transactions(Kind.TRANSACTIONS), Format.JSON);

        byte[] content = dataset.contents(0, 1, 1_000).getFirst();

        assertThat(content).isEqualTo(dataset.contents(0, 1, 1_000).getFirst());
        assertThat(content.length / 1_000).isBetween(180, 240);
    }

    private static List<String> expectedNames() {
        List<String> names = new ArrayList<>();
        for (String peer : List.of("preprocess.vs-chain", "preprocess.vs-loop")) {
            names.addAll(List.of(peer + ".hashed-transactions-json.50", peer + ".hashed-transactions-json.1"));
        }
        for (String peer : List.of("preprocess.vs-chain", "preprocess.vs-loop", "route.vs-loop")) {
            for (String dataset : List.of("transactions-json", "flights-json", "flights-csv", "flights-csv-typed")) {
                names.addAll(List.of(peer + "." + dataset + ".50", peer + "." + dataset + ".1"));
            }
        }
        for (String peer : List.of("route.vs-query-record", "route.vs-partition-record")) {
            for (String dataset : List.of("transactions-avro", "flights-avro")) {
                names.addAll(List.of(peer + "." + dataset + ".50", peer + "." + dataset + ".1"));
            }
        }
        return names;
    }

    /** A hundred flights, one every nine hours. */
    private static FlightLines madeUp(Path directory) throws IOException {
        List<String> json = new ArrayList<>();
        List<String> csv = new ArrayList<>(
                List.of("tailnum,carrier,flight,origin,dest,sched_dep_time_utc,dep_delay,arr_delay,air_time,distance"));
        for (int i = 0; i < 100; i++) {
            java.time.Instant departure =
                    java.time.Instant.parse("2013-01-01T10:15:00Z").plusSeconds(i * 32_400L);
            String tail = i % 10 == 0 ? null : "N" + i;
            json.add("""
                    {"tailnum":%s,"carrier":"UA","flight":%d,"origin":"EWR","dest":"IAH","sched_dep_time_utc":"%s",\
                    "dep_delay":-2,"arr_delay":null,"air_time":227,"distance":1400.0}""".formatted(tail == null ? "null" : '"' + tail + '"', i, departure));
            csv.add("%s,UA,%d,EWR,IAH,%s,-2,,227,1400.0".formatted(tail == null ? "" : tail, i, departure));
        }
        Files.write(directory.resolve("flights.json"), json);
        Files.write(directory.resolve("flights.csv"), csv);
        return FlightLines.read(directory);
    }
}
