package io.hybridingest.bench.launch;

import io.hybridingest.nifi.processors.RunSparkStream;
import io.hybridingest.nifi.services.StandardSparkSubmitService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How long a stream stays without a driver after the first was killed: RunSparkStream, triggered at its default period, with its default back-off. */
final class Relaunch {
    private static final int MOST_TRIGGERS = 120;

    private final StubSpark spark;

    Relaunch(StubSpark spark) {
        this.spark = spark;
    }

    /**
     * Seconds from kill -9 to the next driver's process.
     *
     * @param part of the period that passes between a trigger and the kill, from 0 to 1
     */
    double measure(double part) throws IOException {
        ScheduledProcessor scheduled = ScheduledProcessor.of(
                new RunSparkStream(), spark.application(), new StandardSparkSubmitService(), spark.installation());
        Drivers drivers = new Drivers();
        try {
            scheduled.trigger();
            ProcessHandle first = awaitLaunch(scheduled, drivers);
            awaitHeartbeats(scheduled);
            scheduled.await(part);
            first.destroyForcibly();
            long killedAt = System.nanoTime();
            awaitLaunch(scheduled, drivers);
            return Figures.seconds(System.nanoTime() - killedAt);
        } finally {
            Drivers.end();
        }
    }

    private ProcessHandle awaitLaunch(ScheduledProcessor scheduled, Drivers drivers) throws IOException {
        for (int trigger = 0; trigger < MOST_TRIGGERS; trigger++) {
            List<ProcessHandle> launched = drivers.launched();
            if (!launched.isEmpty()) {
                return launched.getFirst();
            }
            scheduled.triggerWhenDue();
        }
        throw new IOException("No driver was launched. See " + spark.runs());
    }

    /** Until every run has said something. */
    private void awaitHeartbeats(ScheduledProcessor scheduled) throws IOException {
        for (int trigger = 0; trigger < MOST_TRIGGERS; trigger++) {
            scheduled.triggerWhenDue().refuseFailure(spark.runs());
            try (Stream<Path> runs = Files.list(spark.runs())) {
                if (runs.filter(run -> !run.endsWith("lib"))
                        .allMatch(run -> Files.exists(run.resolve("status.json")))) {
                    return;
                }
            }
        }
        throw new IOException("A driver says nothing. See " + spark.runs());
    }
}
