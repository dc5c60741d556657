package io.hybridingest.record;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Contexts of a native compressor, whose tables cost more to allocate than a small block costs to compress. Keeps a few that nobody
 * uses. Thread-safe; a context itself has one user at a time.
 */
final class ContextPool<C> {
    private static final int KEPT = 8;

    private final ArrayBlockingQueue<C> idle = new ArrayBlockingQueue<>(KEPT);
    private final Supplier<C> fresh;
    private final Consumer<C> end;

    /** @param end frees the native memory of a context that there is no room for */
    ContextPool(Supplier<C> fresh, Consumer<C> end) {
        this.fresh = fresh;
        this.end = end;
    }

    /** A context that is the caller's until it is given back. */
    C take() {
        C context = idle.poll();
        return context == null ? fresh.get() : context;
    }

    /** Gives a context back, once, to be used no more by the caller. */
    void giveBack(C context) {
        if (!idle.offer(context)) {
            end.accept(context);
        }
    }
}
