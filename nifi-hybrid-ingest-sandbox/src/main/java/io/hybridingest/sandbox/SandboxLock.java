package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One run at a time in a sandbox directory. The lock is the operating system's and ends with the process that holds it;
 * the file only says who that is.
 */
final class SandboxLock implements AutoCloseable {
    private final FileChannel channel;

    private SandboxLock(FileChannel channel) {
        this.channel = channel;
    }

    /** The lock, or nothing when another run holds it. */
    static Optional<SandboxLock> tryAcquire(Path runDirectory) {
        try {
            Files.createDirectories(runDirectory);
            FileChannel channel =
                    FileChannel.open(file(runDirectory), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            ProcessHandle self = ProcessHandle.current();
            String holder = self.pid() + " " + ProcessRecord.startOf(self) + "\n";
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
            return Optional.of(new SandboxLock(channel));
        } catch (IOException unusable) {
            throw new UncheckedIOException("Cannot lock " + runDirectory, unusable);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    /** The process that holds the lock, or held it last, where it still runs. */
    static Optional<ProcessHandle> holder(Path runDirectory) {
        try {
            String[] pidAndStart = Files.readString(file(runDirectory)).strip().split(" ");
            return ProcessRecord.find(Long.parseLong(pidAndStart[0]), Long.parseLong(pidAndStart[1]));
        } catch (NoSuchFileException neverLocked) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException cutShort) {
            return Optional.empty();
        }
    }

    private static Path file(Path runDirectory) {
        return runDirectory.resolve("demo.lock");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
