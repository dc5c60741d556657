package io.hybridingest.job.crash;

/** Where a driver dies, as after {@code kill -9}: nothing is closed, and no shutdown hook runs. */
public enum CrashPoint {
    /** A micro-batch is planned, and nothing of it read. */
    AFTER_OFFSET_LOG,
    /** The quarantine table has its records, the table has not. */
    AFTER_QUARANTINE_COMMIT,
    /** The table's files are written, and no commit names them. */
    MID_WRITE,
    /** The table has the records, and the checkpoint does not know. */
    AFTER_TABLE_COMMIT,
    /** The checkpoint knows, and the consumer group does not. */
    AFTER_COMMIT_LOG;

    /** Java property that names the point at which this process dies; none without it. */
    public static final String PROPERTY = "hybridingest.crash-point";

    private static final int KILLED = 137;

    void reached() {
        if (name().equals(System.getProperty(PROPERTY))) {
            System.err.println("Dies at " + this);
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
