package io.hybridingest.job;

import io.hybridingest.job.report.RunReport;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;

/**
 * What the launcher says through the Spark conf, under {@code spark.hybridingest}.
 *
 * @param epoch epoch of this launch
 * @param kafka Kafka client properties
 * @param checkpoint base directory of the checkpoints, null for the default beside the table
 * @param startingOffsets where a pipeline begins that never ran, {@code earliest} or {@code latest}
 * @param maxOffsetsPerTrigger most Kafka records of one micro-batch
 * @param maxFilesPerTrigger most landing files of one micro-batch
 * @param offsetRefreshInterval how often an idle stream publishes its offsets again
 * @param acceptDataLoss whether to go on although records are gone from the topic
 * @param vacuumRetention how long maintenance keeps files that the tables no longer need
 */
record JobSettings(
        long epoch,
        Map<String, String> kafka,
        String checkpoint,
        String startingOffsets,
        long maxOffsetsPerTrigger,
        int maxFilesPerTrigger,
        Duration offsetRefreshInterval,
        boolean acceptDataLoss,
        Duration vacuumRetention) {
    static final String PREFIX = "spark.hybridingest.";
    static final String KAFKA = PREFIX + "kafka.";
    static final String CHECKPOINT = PREFIX + "checkpoint";
    static final String STARTING_OFFSETS = PREFIX + "starting-offsets";
    static final String MAX_OFFSETS = PREFIX + "max-offsets-per-trigger";
    static final String MAX_FILES = PREFIX + "max-files-per-trigger";
    static final String OFFSET_REFRESH_INTERVAL = PREFIX + "offset-refresh-interval";
    static final String ACCEPT_DATA_LOSS = PREFIX + "accept-data-loss";

    static final String VACUUM_RETENTION = PREFIX + "vacuum-retention";

    private static final String DEFAULT_VACUUM_RETENTION = "168h";
    private static final Duration SHORTEST_RETENTION = Duration.ofHours(24);
    private static final String DEFAULT_MAX_OFFSETS = "200000";
    private static final String DEFAULT_MAX_FILES = "200";
    private static final String DEFAULT_OFFSET_REFRESH = "1m";

    JobSettings {
        kafka = Map.copyOf(kafka);
    }

    /**
     * Reads the conf.
     *
     * @throws UsageException naming a key with a value that cannot be used
     */
    static JobSettings of(SparkConf conf) {
        Map<String, String> kafka = new TreeMap<>();
        Arrays.stream(conf.getAllWithPrefix(KAFKA)).forEach(entry -> kafka.put(entry._1(), entry._2()));
        String offsets = conf.get(STARTING_OFFSETS, "earliest");
        if (!offsets.equals("earliest") && !offsets.equals("latest")) {
            throw new UsageException(STARTING_OFFSETS + " is earliest or latest, not " + offsets);
        }
        return new JobSettings(
                whole(conf, RunReport.EPOCH, "0"),
                kafka,
                conf.get(CHECKPOINT, null),
                offsets,
                positive(conf, MAX_OFFSETS, DEFAULT_MAX_OFFSETS),
                Math.toIntExact(Math.min(Integer.MAX_VALUE, positive(conf, MAX_FILES, DEFAULT_MAX_FILES))),
                interval(conf, OFFSET_REFRESH_INTERVAL, DEFAULT_OFFSET_REFRESH),
                Boolean.parseBoolean(conf.get(ACCEPT_DATA_LOSS, "false")),
                retention(conf));
    }

    /** A writer or reader that is under way must find the files of the version that it began with. */
    private static Duration retention(SparkConf conf) {
        Duration retention = interval(conf, VACUUM_RETENTION, DEFAULT_VACUUM_RETENTION);
        if (retention.compareTo(SHORTEST_RETENTION) < 0) {
            throw new UsageException(
                    "%s is at least %dh, as queries and writes that are under way still need older files, not %s"
                            .formatted(VACUUM_RETENTION, SHORTEST_RETENTION.toHours(), conf.get(VACUUM_RETENTION)));
        }
        return retention;
    }

    private static Duration interval(SparkConf conf, String key, String otherwise) {
        String value = conf.get(key, otherwise);
        try {
            long seconds = conf.getTimeAsSeconds(key, otherwise);
            if (seconds > 0) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException notATime) {
            // Said below, as for a time that is too short.
        }
        throw new UsageException(key + " is a time of at least 1s, such as 30s or 5m, not " + value);
    }

    private static long positive(SparkConf conf, String key, String otherwise) {
        long value = whole(conf, key, otherwise);
        if (value <= 0) {
            throw new UsageException(key + " is a number above 0, not " + value);
        }
        return value;
    }

    private static long whole(SparkConf conf, String key, String otherwise) {
        String value = conf.get(key, otherwise);
        try {
            return Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw new UsageException(key + " is a whole number, not " + value);
        }
    }
}
