package io.hybridingest.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.sandbox.bench.SinkJob.MicroBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SinkMicroBatchMeasurementsTest {
    @Test
    void onlyTheLastMicroBatchesCountAndOfTheseTheOneInTheMiddle() {
        List<MicroBatch> batches = new ArrayList<>();
        LongStream.range(0, 20).forEach(i -> batches.add(new MicroBatch(1_000, 60_000)));
        LongStream.rangeClosed(1, 20).forEach(i -> batches.add(new MicroBatch(1_000, 100 * i)));

        assertThat(SinkMicroBatchMeasurements.median(batches)).isEqualTo(1.1);
    }
}
