package io.hybridingest.nifi.services;

import io.hybridingest.launch.LaunchTrials;
import io.hybridingest.launch.Trial;
import java.io.IOException;
import java.util.List;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;

/** Tries what a launch needs, one step after the other, each for itself. */
final class SparkVerification {
    private SparkVerification() {}

    /** One trial, which may fail to come about at all. */
    private interface Attempt {
        Trial run() throws IOException, InterruptedException;
    }

    static List<ConfigVerificationResult> results(LaunchTrials trials) {
        return List.of(
                step("Check the versions of Spark and Java", trials::versions),
                step("Write into Working Directory", trials::workingDirectory),
                step("Find Event Log Directory", trials::eventLogDirectory),
                step("Find files and Python", trials::files),
                step("Reach the master", trials::master),
                step("Run spark-submit --version", trials::submit),
                step("Resolve Packages", trials::packages));
    }

    private static ConfigVerificationResult step(String name, Attempt attempt) {
        ConfigVerificationResult.Builder result = new ConfigVerificationResult.Builder().verificationStepName(name);
        try {
            Trial trial = attempt.run();
            result.outcome(
                            switch (trial.result()) {
                                case PASSED -> Outcome.SUCCESSFUL;
                                case FAILED -> Outcome.FAILED;
                                case NOT_TRIED -> Outcome.SKIPPED;
                            })
                    .explanation(trial.explanation());
        } catch (IOException impossible) {
            result.outcome(Outcome.FAILED)
                    .explanation("It could not be tried: " + impossible
                            + ". Correct Spark Home, or the right of NiFi's user to run what is in it.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            result.outcome(Outcome.SKIPPED).explanation("Interrupted before there was an answer. Verify again.");
        }
        return result.build();
    }
}
