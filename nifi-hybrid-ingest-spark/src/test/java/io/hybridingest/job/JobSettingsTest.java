package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobSettingsTest {
    private static final String INTERVAL = "spark.hybridingest.offset-refresh-interval";

    private final SparkConf conf = new SparkConf(false);

    @Test
    void offsetsAreRefreshedEachMinuteUnlessTheConfSaysOtherwise() {
        assertThat(JobSettings.of(conf).offsetRefreshInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(JobSettings.of(conf.set(INTERVAL, "30")).offsetRefreshInterval())
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(JobSettings.of(conf.set(INTERVAL, "2h")).offsetRefreshInterval())
                .isEqualTo(Duration.ofHours(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "100ms", "-5s", "often", ""})
    void anIntervalThatIsNoneNamesItsKey(String value) {
        assertThatThrownBy(() -> JobSettings.of(conf.set(INTERVAL, value)))
                .isInstanceOf(UsageException.class)
                .hasMessage(INTERVAL + " is a time of at least 1s, such as 30s or 5m, not " + value);
    }

    @Test
    void filesAreKeptForAWeekUnlessTheConfSaysOtherwiseAndNeverLessThanADay() {
        String retention = "spark.hybridingest.vacuum-retention";
        assertThat(JobSettings.of(conf).vacuumRetention()).isEqualTo(Duration.ofDays(7));
        assertThat(JobSettings.of(conf.set(retention, "2d")).vacuumRetention()).isEqualTo(Duration.ofDays(2));
        assertThatThrownBy(() -> JobSettings.of(conf.set(retention, "1h")))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(retention + " is at least 24h");
    }
}
