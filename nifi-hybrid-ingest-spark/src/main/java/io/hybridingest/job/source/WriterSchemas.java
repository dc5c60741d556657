package io.hybridingest.job.source;

import io.hybridingest.pipeline.SingleObjectEncoding;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The wire schemas that the pipeline has had. A message says with which one it was written, by the fingerprint; after a
 * change of the definition the topic still holds messages of the one before.
 *
 * <p>They are kept in a directory of the table that Delta does not look into. Immutable.
 */
public final class WriterSchemas implements Serializable {
    private static final long serialVersionUID = 1;
    private static final String DIRECTORY = "_schemas";
    private static final String SUFFIX = ".avsc";

    private final String expected;
    private final ArrayList<String> earlier;

    private WriterSchemas(Schema expected, List<String> earlier) {
        this.expected = expected.toString();
        this.earlier = new ArrayList<>(earlier);
    }

    /** The present schema alone. */
    static WriterSchemas of(Schema expected) {
        return new WriterSchemas(expected, List.of());
    }

    /**
     * Adds a schema to those of a table.
     *
     * @param table path of the table
     * @param expected the present wire schema
     * @return the present and all earlier ones
     * @throws RefusedSchemaException where an earlier one has the same fingerprint and another meaning
     */
    public static WriterSchemas keep(String table, Schema expected, Configuration hadoop) {
        Path directory = new Path(table, DIRECTORY);
        try {
            FileSystem files = directory.getFileSystem(hadoop);
            String fingerprint = SingleObjectEncoding.of(expected).fingerprintHex();
            Path own = new Path(directory, fingerprint + SUFFIX);
            Optional<String> kept = read(files, own);
            if (kept.isPresent()) {
                SchemaMeaning.difference(new Schema.Parser().parse(kept.get()), expected)
                        .ifPresent(difference -> {
                            throw new RefusedSchemaException(difference, own);
                        });
            } else {
                write(files, own, expected);
            }
            List<String> earlier = new ArrayList<>();
            for (FileStatus file : files.listStatus(directory)) {
                String name = file.getPath().getName();
                if (name.endsWith(SUFFIX) && !name.startsWith(".") && !name.equals(own.getName())) {
                    read(files, file.getPath()).ifPresent(earlier::add);
                }
            }
            return new WriterSchemas(expected, earlier);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep the schema in " + directory, e);
        }
    }

    private static Optional<String> read(FileSystem files, Path path) throws IOException {
        try (InputStream in = files.open(path)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (FileNotFoundException none) {
            return Optional.empty();
        }
    }

    /** By rename: the other lane may do the same at the same moment, and a crash leaves no half a schema. */
    private static void write(FileSystem files, Path path, Schema schema) throws IOException {
        Path hidden = new Path(path.getParent(), "." + path.getName() + "." + System.nanoTime());
        try (OutputStream out = files.create(hidden, true)) {
            out.write(schema.toString(true).getBytes(StandardCharsets.UTF_8));
        }
        if (!files.rename(hidden, path)) {
            files.delete(hidden, false);
            if (!files.exists(path)) {
                throw new IOException("Cannot rename " + hidden + " to " + path);
            }
        }
    }

    Schema expected() {
        return new Schema.Parser().parse(expected);
    }

    /** The others, in no order. */
    List<Schema> earlier() {
        return earlier.stream().map(text -> new Schema.Parser().parse(text)).toList();
    }
}
