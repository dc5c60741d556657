package io.hybridingest.nifi.processors;

import io.hybridingest.launch.HistoryServer;
import io.hybridingest.launch.RunFacts;
import io.hybridingest.launch.RunOutcome;
import io.hybridingest.launch.RunStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Attributes that tell of a Spark run. */
final class SparkAttributes {
    static final String LAUNCH_ID = "spark.launch.id";
    static final String RUN_DIRECTORY = "spark.run.directory";
    static final String APPLICATION_ID = "spark.application.id";
    static final String UI_ADDRESS = "spark.ui.address";
    static final String STATE = "spark.state";
    static final String EXIT_CODE = "spark.exit.code";
    static final String DRIVER_LOG = "spark.driver.log";
    static final String INTERVAL_START = "spark.interval.start";
    static final String INTERVAL_END = "spark.interval.end";
    static final String ERROR = "spark.error";
    static final String PIPELINE = "hybrid.pipeline";
    static final String LANE = "hybrid.lane";

    private SparkAttributes() {}

    /** What is known of a run; nothing is said of what is not known. */
    static Map<String, String> of(RunFacts facts, SparkPlans plans) {
        return of(facts, plans, facts.hasEnded());
    }

    private static Map<String, String> of(RunFacts facts, SparkPlans plans, boolean ended) {
        Map<String, String> attributes = new LinkedHashMap<>();
        plans.pipeline().ifPresent(definition -> {
            attributes.put(PIPELINE, definition.name());
            attributes.put(LANE, plans.lane().argument());
        });
        attributes.put(LAUNCH_ID, facts.launchId());
        attributes.put(RUN_DIRECTORY, facts.directory().path().toString());
        attributes.put(DRIVER_LOG, facts.directory().driverLog().toString());
        if (facts.status() != null) {
            attributes.put(STATE, facts.status().state().name());
            putKnown(attributes, APPLICATION_ID, facts.status().applicationId());
            putKnown(attributes, UI_ADDRESS, uiAddress(facts.status(), plans, ended));
        }
        putKnown(attributes, EXIT_CODE, facts.exitCode());
        if (facts.interval() != null) {
            attributes.put(INTERVAL_START, facts.interval().start().toString());
            attributes.put(INTERVAL_END, facts.interval().end().toString());
        }
        return attributes;
    }

    /** What is known of a run that did not do its work. */
    static Map<String, String> of(RunFacts facts, RunOutcome outcome, SparkPlans plans) {
        Map<String, String> attributes = of(facts, plans, true);
        attributes.put(ERROR, outcome.code() + ": " + outcome.reason());
        return attributes;
    }

    /** The Spark UI ends with its application; then the History Server shows it, where there is one. */
    private static String uiAddress(RunStatus status, SparkPlans plans, boolean ended) {
        Optional<HistoryServer> history =
                plans.historyServer().filter(known -> ended && status.applicationId() != null);
        return history.map(known -> known.link(status.applicationId())).orElse(status.uiAddress());
    }

    private static void putKnown(Map<String, String> attributes, String name, Object value) {
        if (value != null) {
            attributes.put(name, value.toString());
        }
    }
}
