package io.hybridingest.job.ledger;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * How often a lane had to begin with a new checkpoint. The number lives in the checkpoint, so that it goes and comes
 * with it; batch ids are unique only within it.
 *
 * @param number from 0
 * @param fresh whether no query has used the checkpoint yet
 */
public record Generation(int number, boolean fresh) {
    static final String FILE = "_generation";

    /**
     * The generation of a checkpoint; a new checkpoint gets the number after the ledger's.
     *
     * @param checkpoint checkpoint of one query, which need not exist
     */
    public static Generation of(Path checkpoint, TableLedger ledger, Configuration hadoop) {
        Path file = new Path(checkpoint, FILE);
        try {
            FileSystem files = file.getFileSystem(hadoop);
            String text = text(files, file);
            return text.isEmpty()
                    ? create(files, checkpoint, ledger)
                    : new Generation(Integer.parseInt(text), isNew(files, checkpoint));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot use the checkpoint " + checkpoint, e);
        }
    }

    /** Empty also where a run made the file and could not write into it, as on a full disk. */
    private static String text(FileSystem files, Path file) throws IOException {
        try (InputStream in = files.open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (FileNotFoundException none) {
            return "";
        }
    }

    private static Generation create(FileSystem files, Path checkpoint, TableLedger ledger) throws IOException {
        boolean fresh = isNew(files, checkpoint);
        int number = ledger.newest()
                .map(commit -> fresh ? commit.generation() + 1 : commit.generation())
                .orElse(0);
        files.mkdirs(checkpoint);
        try (OutputStream out = files.create(new Path(checkpoint, FILE), true)) {
            out.write(Integer.toString(number).getBytes(StandardCharsets.UTF_8));
        }
        return new Generation(number, fresh);
    }

    private static boolean isNew(FileSystem files, Path checkpoint) throws IOException {
        return !files.exists(new Path(checkpoint, "metadata"));
    }
}
