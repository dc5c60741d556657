package io.hybridingest.bench.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void takesTheFigureInTheMiddleOrTheMeanOfTheTwo() {
        assertThat(Figures.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Figures.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
    }

    @Test
    void countsProcessorTimeAsAShareOfOneCore() {
        assertThat(Figures.shareOfCore(500_000_000, 25_000_000_000L)).isEqualTo(2);
        assertThat(Figures.seconds(1_500_000_000)).isEqualTo(1.5);
    }
}
