package io.hybridingest.job;

import io.hybridingest.job.ledger.DataInterval;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.RestartFrom;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The command line.
 *
 * @param lane the lane to run
 * @param pipeline file with the canonical JSON of the definition
 * @param interval data interval of the run, null where there is none
 * @param acceptLoss whether the stream goes on although records that the table lacks are gone from the topic
 * @param restartFrom where the stream begins whatever its checkpoint says, null to go on
 * @param where SQL condition that chooses quarantined records to replay or partitions to compact, null for all
 * @param source directory that a backfill reads, null for what has landed
 * @param replace whether a backfill puts its records in the place of the window's rows
 * @param zOrder columns by which compaction sorts, empty for none
 */
record JobOptions(
        Lane lane,
        Path pipeline,
        DataInterval interval,
        boolean acceptLoss,
        RestartFrom restartFrom,
        String where,
        String source,
        boolean replace,
        List<String> zOrder) {
    static final String USAGE =
            "Usage: IngestJob --mode stream|batch|replay|backfill|maintain --pipeline FILE [--interval-start INSTANT --interval-end INSTANT] [--accept-loss] [--restart-from table|earliest] [--where CONDITION] [--source DIRECTORY] [--replace] [--z-order COLUMNS]";

    private static final String MODE = "--mode";
    private static final String PIPELINE = "--pipeline";
    private static final String START = "--interval-start";
    private static final String END = "--interval-end";
    private static final String ACCEPT_LOSS = "--accept-loss";
    private static final String RESTART_FROM = "--restart-from";
    private static final String WHERE = "--where";
    private static final String SOURCE = "--source";
    private static final String REPLACE = "--replace";
    private static final String Z_ORDER = "--z-order";
    private static final Set<String> FLAGS = Set.of(ACCEPT_LOSS, REPLACE);
    private static final List<String> NAMES =
            List.of(MODE, PIPELINE, START, END, ACCEPT_LOSS, RESTART_FROM, WHERE, SOURCE, REPLACE, Z_ORDER);

    JobOptions {
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(pipeline, "pipeline");
        zOrder = List.copyOf(zOrder);
    }

    /**
     * Reads the arguments.
     *
     * @throws UsageException naming what is wrong
     */
    static JobOptions parse(String... arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i];
            if (!NAMES.contains(name)) {
                throw new UsageException("There is no option " + name);
            }
            boolean isFlag = FLAGS.contains(name);
            if (!isFlag && (i + 1 == arguments.length || NAMES.contains(arguments[i + 1]))) {
                throw new UsageException(name + " needs a value");
            }
            if (values.put(name, isFlag ? "true" : arguments[++i]) != null) {
                throw new UsageException(name + " is given twice");
            }
        }
        Lane lane = lane(required(values, MODE));
        if (lane != Lane.STREAM && (values.containsKey(ACCEPT_LOSS) || values.containsKey(RESTART_FROM))) {
            throw new UsageException(ACCEPT_LOSS + " and " + RESTART_FROM + " belong to --mode stream");
        }
        if (lane != Lane.REPLAY && lane != Lane.MAINTAIN && values.containsKey(WHERE)) {
            throw new UsageException(WHERE + " belongs to --mode replay and --mode maintain");
        }
        if (lane != Lane.BACKFILL && (values.containsKey(SOURCE) || values.containsKey(REPLACE))) {
            throw new UsageException(SOURCE + " and " + REPLACE + " belong to --mode backfill");
        }
        if (lane == Lane.BACKFILL && !values.containsKey(START)) {
            throw new UsageException(
                    "--mode backfill needs " + START + " and " + END + ": the window of event time to do again");
        }
        if (lane != Lane.MAINTAIN && values.containsKey(Z_ORDER)) {
            throw new UsageException(Z_ORDER + " belongs to --mode maintain");
        }
        return new JobOptions(
                lane,
                Path.of(required(values, PIPELINE)),
                interval(values),
                values.containsKey(ACCEPT_LOSS),
                restartFrom(values.get(RESTART_FROM)),
                values.get(WHERE),
                values.get(SOURCE),
                values.containsKey(REPLACE),
                values.containsKey(Z_ORDER) ? List.of(values.get(Z_ORDER).split("\\s*,\\s*")) : List.of());
    }

    private static RestartFrom restartFrom(String value) {
        for (RestartFrom from : RestartFrom.values()) {
            if (value == null || from.label().equals(value)) {
                return value == null ? null : from;
            }
        }
        throw new UsageException(RESTART_FROM + " is table or earliest, not " + value);
    }

    private static String required(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new UsageException(name + " is missing");
        }
        return value;
    }

    private static Lane lane(String mode) {
        for (Lane lane : Lane.values()) {
            if (lane.label().equals(mode)) {
                return lane;
            }
        }
        throw new UsageException("--mode is stream, batch, replay, backfill or maintain, not " + mode);
    }

    private static DataInterval interval(Map<String, String> values) {
        if (values.containsKey(START) != values.containsKey(END)) {
            throw new UsageException("--interval-start and --interval-end come together");
        }
        if (!values.containsKey(START)) {
            return null;
        }
        try {
            return new DataInterval(instant(values, START), instant(values, END));
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private static Instant instant(Map<String, String> values, String name) {
        try {
            return Instant.parse(values.get(name));
        } catch (DateTimeParseException e) {
            throw new UsageException(
                    "%s is an ISO-8601 instant such as 2026-01-31T00:00:00Z, not %s".formatted(name, values.get(name)));
        }
    }
}
