package io.hybridingest.job.crash;

import io.delta.storage.HadoopFileSystemLogStore;
import io.hybridingest.job.local.LocalLogStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The job's own store of Delta's log, in a driver that dies before or after a commit of records. */
public final class CrashingLogStore extends HadoopFileSystemLogStore {
    private final LocalLogStore store;

    /** The constructor that Delta looks for. */
    public CrashingLogStore(Configuration hadoop) {
        super(hadoop);
        store = new LocalLogStore(hadoop);
    }

    @Override
    public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoop) throws IOException {
        List<String> lines = new ArrayList<>();
        actions.forEachRemaining(lines::add);
        boolean isOfRecords = lines.stream()
                .anyMatch(line -> line.contains("\"operation\":\"MERGE\"") || line.contains("\"operation\":\"WRITE\""));
        boolean isQuarantine = path.toString().contains("_quarantine/_delta_log");
        if (isOfRecords && !isQuarantine) {
            CrashPoint.MID_WRITE.reached();
        }
        store.write(path, lines.iterator(), overwrite, hadoop);
        if (isOfRecords) {
            (isQuarantine ? CrashPoint.AFTER_QUARANTINE_COMMIT : CrashPoint.AFTER_TABLE_COMMIT).reached();
        }
    }

    @Override
    public Boolean isPartialWriteVisible(Path path, Configuration hadoop) {
        return store.isPartialWriteVisible(path, hadoop);
    }
}
