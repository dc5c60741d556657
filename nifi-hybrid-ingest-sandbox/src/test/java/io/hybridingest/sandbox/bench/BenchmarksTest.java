package io.hybridingest.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarksTest {
    @Test
    void everyLineHasTheSameKeysInJsonAndNullWhereItHasNoPeer() throws Exception {
        Benchmarks benchmarks = new Benchmarks(List.of(
                new Measurement("end-to-end.batch", 60, 80, "records/s"),
                Measurement.alone("launch.relaunch", 2.5, "s")));
        assertThat(benchmarks.json()).isEqualTo(new ObjectMapper().readTree("""
                [{"name":"end-to-end.batch","ours":60.0,"peer":80.0,"ratio":0.75,"unit":"records/s"},
                 {"name":"launch.relaunch","ours":2.5,"peer":null,"ratio":null,"unit":"s"}]"""));
    }
}
