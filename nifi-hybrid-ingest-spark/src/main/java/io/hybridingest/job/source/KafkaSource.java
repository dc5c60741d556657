package io.hybridingest.job.source;

import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;

/**
 * How the stream lane reads its topic.
 *
 * @param topic the topic
 * @param properties Kafka client properties
 * @param startingOffsets where a query without checkpoint begins: {@code earliest}, {@code latest} or JSON
 * @param maxOffsetsPerTrigger most records of one micro-batch
 * @param lateAfter how far the watermark is behind the newest event time
 */
public record KafkaSource(
        String topic,
        Map<String, String> properties,
        String startingOffsets,
        long maxOffsetsPerTrigger,
        Duration lateAfter) {

    /**
     * What the properties may say otherwise. After each poll Spark asks the broker where the partition begins and ends, and throws away what else was fetched; and at the
     * end of a partition the answer comes only when the fetch that waits there has ended. So polls are to be few, and that fetch short.
     */
    private static final Map<String, String> DEFAULTS = Map.of("max.poll.records", "10000", "fetch.max.wait.ms", "20");

    public KafkaSource {
        properties = Map.copyOf(properties);
    }

    /**
     * Messages as they come; records of aborted transactions are not among them. The watermark is Spark's own, of the messages' times, which are the
     * event times. It is kept in the checkpoint and keeps nothing out.
     */
    public Dataset<Row> stream(SparkSession spark) {
        DataStreamReader reader = spark.readStream()
                .format("kafka")
                .option("kafka.isolation.level", "read_committed")
                .option("subscribe", topic)
                .option("startingOffsets", startingOffsets)
                .option("maxOffsetsPerTrigger", maxOffsetsPerTrigger)
                .option("failOnDataLoss", true);
        DEFAULTS.forEach((key, value) -> reader.option("kafka." + key, value));
        properties.forEach((key, value) -> reader.option("kafka." + key, value));
        return reader.load().withWatermark("timestamp", lateAfter.toMillis() + " milliseconds");
    }
}
