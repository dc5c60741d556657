package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.RestartFrom;
import java.time.Instant;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobOptionsTest {
    @Test
    void readsAllOptions() {
        JobOptions options = JobOptions.parse(
                "--pipeline",
                "p.json",
                "--mode",
                "batch",
                "--interval-start",
                "2026-01-01T00:00:00Z",
                "--interval-end",
                "2026-01-01T01:00:00Z");

        assertThat(options.lane()).isEqualTo(Lane.BATCH);
        assertThat(options.pipeline()).hasToString("p.json");
        assertThat(options.interval().end()).isEqualTo(Instant.parse("2026-01-01T01:00:00Z"));
    }

    @Test
    void aStreamIsToldToGoOnWithoutWhatIsGoneOrToBeginElsewhere() {
        JobOptions plain = JobOptions.parse("--mode", "stream", "--pipeline", "p");
        assertThat(plain.acceptLoss()).isFalse();
        assertThat(plain.restartFrom()).isNull();

        JobOptions told =
                JobOptions.parse("--accept-loss", "--mode", "stream", "--restart-from", "table", "--pipeline", "p");

        assertThat(told.acceptLoss()).isTrue();
        assertThat(told.restartFrom()).isEqualTo(RestartFrom.TABLE);
    }

    @Test
    void compactionIsToldWhereAndByWhatToSort() {
        JobOptions options = JobOptions.parse(
                "--mode", "maintain", "--pipeline", "p", "--where", "day > '2026-01-01'", "--z-order", "a, b.c");

        assertThat(options.where()).isEqualTo("day > '2026-01-01'");
        assertThat(options.zOrder()).containsExactly("a", "b.c");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --mode stream                                        | --pipeline is missing
            --mode fast --pipeline p                             | --mode is stream, batch, replay, backfill or maintain, not fast
            --mode --pipeline p                                  | --mode needs a value
            --mode batch --pipeline                              | --pipeline needs a value
            --mode batch --mode batch --pipeline p               | --mode is given twice
            --mode stream --pipeline p --restart-from here       | --restart-from is table or earliest, not here
            --mode stream --pipeline p --accept-loss --accept-loss | --accept-loss is given twice
            --mode batch --pipeline p --accept-loss              | belong to --mode stream
            --mode batch --pipeline p --restart-from table       | belong to --mode stream
            --mode batch --pipeline p --where true               | --where belongs to --mode replay
            --mode replay --pipeline p --z-order a               | --z-order belongs to --mode maintain
            --nodes 3                                            | There is no option --nodes
            --mode batch --pipeline p --interval-start 2026      | come together
            --mode batch --pipeline p --interval-start now --interval-end 2026-01-01T00:00:00Z | --interval-start is an ISO-8601 instant
            --mode batch --pipeline p --interval-start 2026-01-02T00:00:00Z --interval-end 2026-01-01T00:00:00Z | not after its start
            """)
    void saysWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> JobOptions.parse(line.split(" ")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsTheConf() {
        JobSettings settings = JobSettings.of(new SparkConf(false)
                .set("spark.hybridingest.epoch", "12")
                .set("spark.hybridingest.kafka.bootstrap.servers", "a:1")
                .set("spark.hybridingest.starting-offsets", "latest"));

        assertThat(settings.epoch()).isEqualTo(12);
        assertThat(settings.kafka()).containsOnlyKeys("bootstrap.servers").containsValue("a:1");
        assertThat(settings.startingOffsets()).isEqualTo("latest");
        assertThat(settings.acceptDataLoss()).isFalse();
    }

    @Test
    void namesAConfKeyWithAWrongValue() {
        SparkConf conf = new SparkConf(false).set("spark.hybridingest.max-offsets-per-trigger", "many");

        assertThatThrownBy(() -> JobSettings.of(conf))
                .isInstanceOf(UsageException.class)
                .hasMessage("spark.hybridingest.max-offsets-per-trigger is a whole number, not many");
    }
}
