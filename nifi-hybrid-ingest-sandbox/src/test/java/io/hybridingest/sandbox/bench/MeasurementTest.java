package io.hybridingest.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeasurementTest {
    @Test
    void aLineSaysNameBothFiguresAndTheirRatio() {
        assertThat(new Measurement("end-to-end.batch", 60_000.4, 80_000, "records/s").line())
                .isEqualTo("end-to-end.batch ours=60000 peer=80000 ratio=0.75 (records/s)");
    }

    @Test
    void aFindingOfTheOtherJvmBecomesALineWithWhatWasAllocated() {
        String finding = "{\"name\":\"route.vs-loop\",\"ours\":95.0,\"peer\":100.0,\"unit\":\"records/s\","
                + "\"oursAllocated\":812.4,\"peerAllocated\":1203.0}";

        assertThat(ProcessorComparisons.measurement(finding).line())
                .isEqualTo("route.vs-loop ours=95 peer=100 ratio=0.95 (records/s)"
                        + " allocated: ours 812, peer 1203 (bytes/record)");
    }
}
