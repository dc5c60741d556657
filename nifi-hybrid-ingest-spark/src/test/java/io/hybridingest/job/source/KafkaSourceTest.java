package io.hybridingest.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.LocalSpark;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.junit.jupiter.api.Test;

class KafkaSourceTest {
    @Test
    void pollsSeldomAndWaitsShortlyUnlessToldOtherwise() {
        assertThat(options(Map.of()))
                .containsEntry("kafka.max.poll.records", "10000")
                .containsEntry("kafka.fetch.max.wait.ms", "20");
        assertThat(options(Map.of("max.poll.records", "7", "fetch.min.bytes", "100")))
                .containsEntry("kafka.max.poll.records", "7")
                .containsEntry("kafka.fetch.max.wait.ms", "20")
                .containsEntry("kafka.fetch.min.bytes", "100");
    }

    /** Of the source, with which its consumers are made. */
    private static Map<String, String> options(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("bootstrap.servers", "127.0.0.1:1");
        KafkaSource source = new KafkaSource("orders", all, "earliest", 1, Duration.ZERO);
        StreamingRelationV2 relation = (StreamingRelationV2) source.stream(LocalSpark.session())
                .queryExecution()
                .logical()
                .collectLeaves()
                .head();
        return relation.extraOptions().asCaseSensitiveMap();
    }
}
