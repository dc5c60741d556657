package io.hybridingest.launch;

import java.io.IOException;

/**
 * Whether a run is what a plan would start now, asked at every look: settings are read and merged again only where the run, the
 * plan or the distribution's defaults are others. A run's own files never change. Not thread-safe.
 */
final class Match {
    private final DriverLauncher launcher;
    private RunDirectory directory;
    private LaunchPlan plan;
    private FileStamp defaults;
    private boolean serves;

    Match(DriverLauncher launcher) {
        this.launcher = launcher;
    }

    boolean serves(SparkRun run, LaunchPlan wanted) throws IOException {
        FileStamp now = launcher.defaults();
        if (!run.directory().equals(directory) || !wanted.equals(plan) || !now.equals(defaults)) {
            serves = launcher.serves(run, wanted);
            directory = run.directory();
            plan = wanted;
            defaults = now;
        }
        return serves;
    }
}
