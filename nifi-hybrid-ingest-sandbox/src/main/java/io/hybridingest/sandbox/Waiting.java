package io.hybridingest.sandbox;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a condition of another process to come true. Thread-safe: it keeps nothing. */
public final class Waiting {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private Waiting() {}

    /**
     * Returns once the condition holds. An exception of the condition counts as "not yet" and becomes the cause of the
     * failure when time runs out.
     *
     * @param what what is awaited, as the end of the sentence "Waited 30 s for ..."
     * @throws SandboxException when the condition does not hold within the time, or the thread is interrupted
     */
    public static void until(String what, Duration patience, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        Exception last = null;
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (SandboxException fatal) {
                throw fatal;
            } catch (Exception notYet) {
                last = notYet;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new SandboxException("Interrupted while waiting for " + what);
            }
            if (System.nanoTime() > deadline) {
                throw new SandboxException("Waited %d s for %s".formatted(patience.toSeconds(), what), last);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
