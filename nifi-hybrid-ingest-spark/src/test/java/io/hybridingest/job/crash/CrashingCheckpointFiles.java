package io.hybridingest.job.crash;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.execution.streaming.CheckpointFileManager.CancellableFSDataOutputStream;
import org.apache.spark.sql.execution.streaming.FileContextBasedCheckpointFileManager;

/** Spark's own checkpoint files, in a driver that dies after it has written one. */
public final class CrashingCheckpointFiles extends FileContextBasedCheckpointFileManager {
    /** The constructor that Spark looks for. */
    public CrashingCheckpointFiles(Path path, Configuration hadoop) {
        super(path, hadoop);
    }

    @Override
    public CancellableFSDataOutputStream createAtomic(Path path, boolean overwrite) {
        CancellableFSDataOutputStream file = super.createAtomic(path, overwrite);
        return new CancellableFSDataOutputStream(file) {
            @Override
            public void cancel() {
                file.cancel();
            }

            @Override
            public void close() throws IOException {
                file.close();
                switch (path.getParent().getName()) {
                    case "offsets" -> CrashPoint.AFTER_OFFSET_LOG.reached();
                    case "commits" -> CrashPoint.AFTER_COMMIT_LOG.reached();
                    default -> {
                        // Metadata of the query.
                    }
                }
            }
        };
    }
}
