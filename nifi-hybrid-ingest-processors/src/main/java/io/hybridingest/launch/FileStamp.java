package io.hybridingest.launch;

import java.io.File;
import java.nio.file.Path;

/**
 * Tells cheaply whether a file is as it was.
 *
 * @param modifiedAt milliseconds, 0 where there is no file
 * @param size in bytes, 0 where there is no file
 */
record FileStamp(long modifiedAt, long size) {
    static FileStamp of(Path path) {
        File file = path.toFile();
        return new FileStamp(file.lastModified(), file.length());
    }
}
