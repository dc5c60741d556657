package io.hybridingest.nifi.services;

import io.hybridingest.launch.InstallationCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;

/** Tries what a launch needs, one step after the other, each for itself. */
final class SparkVerification {
    private SparkVerification() {}

    static List<ConfigVerificationResult> results(InstallationCheck check, String master) {
        return List.of(tryWorkingDirectory(check), tryMaster(master), trySubmit(check));
    }

    private static ConfigVerificationResult tryWorkingDirectory(InstallationCheck check) {
        Path working = check.workingDirectory();
        ConfigVerificationResult.Builder result =
                new ConfigVerificationResult.Builder().verificationStepName("Write into Working Directory");
        try {
            Files.createDirectories(working);
            Files.delete(Files.createTempFile(working, ".verify", null));
            result.outcome(Outcome.SUCCESSFUL).explanation(working.toAbsolutePath() + " can be written");
        } catch (IOException unwritable) {
            result.outcome(Outcome.FAILED)
                    .explanation("Working Directory cannot be written: " + unwritable
                            + ". Give NiFi's user the right, or choose another.");
        }
        return result.build();
    }

    private static ConfigVerificationResult tryMaster(String master) {
        InstallationCheck.MasterAnswer answer = InstallationCheck.master(master);
        return new ConfigVerificationResult.Builder()
                .verificationStepName("Reach the master")
                .outcome(
                        switch (answer.reachable()) {
                            case YES -> Outcome.SUCCESSFUL;
                            case NO -> Outcome.FAILED;
                            case NOT_TRIED -> Outcome.SKIPPED;
                        })
                .explanation(answer.explanation())
                .build();
    }

    private static ConfigVerificationResult trySubmit(InstallationCheck check) {
        ConfigVerificationResult.Builder result =
                new ConfigVerificationResult.Builder().verificationStepName("Run spark-submit --version");
        try {
            InstallationCheck.Trial trial = check.trial();
            result.outcome(trial.successful() ? Outcome.SUCCESSFUL : Outcome.FAILED)
                    .explanation(trial.output().isEmpty() ? "spark-submit said nothing" : trial.output());
        } catch (IOException unstartable) {
            result.outcome(Outcome.FAILED)
                    .explanation("spark-submit could not be started: " + unstartable.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            result.outcome(Outcome.SKIPPED).explanation("Interrupted before spark-submit answered");
        }
        return result.build();
    }
}
