package io.hybridingest.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LaunchMeasurementsTest {
    @Test
    void measuresOnlyThePartsThatMayHoldWhatIsWanted() {
        assertThat(LaunchMeasurements.parts(new Selection("launch")))
                .containsExactly("launch.vs-spark-submit", "launch.supervision", "launch.relaunch");
        assertThat(LaunchMeasurements.parts(new Selection("launch.supervision.stream")))
                .containsExactly("launch.supervision");
        assertThat(LaunchMeasurements.parts(new Selection("launch.relaunch"))).containsExactly("launch.relaunch");
        assertThat(LaunchMeasurements.parts(new Selection("route"))).isEmpty();
    }

    @Test
    void aFindingWithAPeerIsATimeWhoseRatioIsBetterTheShorterOursIs() {
        Measurement measurement = LaunchMeasurements.measurement(
                "{\"name\":\"launch.vs-spark-submit\",\"ours\":10.0,\"peer\":9.5,\"unit\":\"s\"}");
        assertThat(measurement.ratio()).isEqualTo(0.95);
        assertThat(measurement.line())
                .isEqualTo("launch.vs-spark-submit ours=10.00 peer=9.50 ratio=0.95 (s) difference: 0.50");
    }

    @Test
    void aFindingWithoutAPeerIsAFigureWithItsUnit() {
        Measurement measurement = LaunchMeasurements.measurement(
                "{\"name\":\"launch.supervision\",\"ours\":0.756,\"peer\":null,\"unit\":\"% of a core\"}");
        assertThat(measurement.ratio()).isNull();
        assertThat(measurement.line()).isEqualTo("launch.supervision ours=0.76 (% of a core)");
    }
}
