package io.hybridingest.job.report;

/** Where a run stands, by its own word. */
enum RunState {
    STARTING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    STOPPED;

    boolean isFinal() {
        return this == SUCCEEDED || this == FAILED || this == STOPPED;
    }
}
