package io.hybridingest.kafka;

/** A topic whose state a test decides. */
public final class FakeTopic implements TopicObserver {
    private TopicState state = new TopicState.Present(6);
    private long lag;
    private int questions;
    private boolean closed;
    private RuntimeException failure;

    public void lag(long records) {
        lag = records;
    }

    public void missing(String message) {
        state = new TopicState.Missing(message);
    }

    public void present() {
        state = new TopicState.Present(6);
    }

    public void fail(RuntimeException exception) {
        failure = exception;
    }

    public boolean closed() {
        return closed;
    }

    int questions() {
        return questions;
    }

    @Override
    public TopicState state() {
        if (failure != null) {
            throw failure;
        }
        return state;
    }

    @Override
    public long lag() {
        if (failure != null) {
            throw failure;
        }
        questions++;
        return lag;
    }

    @Override
    public void close() {
        closed = true;
    }
}
