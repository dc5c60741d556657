package io.hybridingest.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorComparisonsTest {
    private static final List<Measurement> CASES = List.of(
            measured("preprocess.vs-loop.flights-csv.100", 90),
            measured("preprocess.vs-loop.flights-csv.1", 70),
            measured("route.vs-loop.flights-csv.1", 99),
            measured("preprocess.vs-loop.flights-json.1", 80));

    @Test
    void theSummaryOfAPeerIsItsCaseInTheMiddle() {
        assertThat(ProcessorComparisons.summaries(CASES, new Selection("")))
                .containsExactly(measured("preprocess.vs-loop", 80), measured("route.vs-loop", 99));
    }

    @Test
    void ofTwoCasesInTheMiddleTheWorseOneCounts() {
        assertThat(ProcessorComparisons.summaries(CASES.subList(0, 2), new Selection("")))
                .containsExactly(measured("preprocess.vs-loop", 70));
    }

    @Test
    void aPartOfAPeersCasesHasNoSummary() {
        assertThat(ProcessorComparisons.summaries(CASES, new Selection("preprocess.vs-loop.flights-csv")))
                .isEmpty();
    }

    private static Measurement measured(String name, double ours) {
        return new Measurement(name, ours, 100, "records/s");
    }
}
