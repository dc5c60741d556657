package io.hybridingest.kafka;

import io.hybridingest.kafka.JobLag.Group;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.KafkaException;

/** A topic whose state a test decides. */
public final class FakeTopic implements TopicObserver {
    private Instant at = Instant.parse("2026-01-01T00:00:00Z");
    private JobLag lag = new JobLag.Known(0, Duration.ZERO, false, Duration.ZERO, Group.PUBLISHED);
    private TopicSettings settings =
            new TopicSettings(Duration.ofDays(7), false, null, Duration.ofHours(1), false, null);
    private boolean mayWrite = true;
    private TopicState other;
    private boolean closed;

    /** Another reading, with so many records ahead. */
    public void lag(long records) {
        lag(new JobLag.Known(records, Duration.ZERO, false, Duration.ZERO, Group.PUBLISHED));
    }

    public void lag(JobLag reading) {
        lag = reading;
        at = at.plusSeconds(2);
    }

    /** When the next reading is taken. */
    Instant at() {
        return at;
    }

    void advance(Duration time) {
        at = at.plus(time);
    }

    public void settings(TopicSettings said) {
        settings = said;
    }

    public void readOnly() {
        mayWrite = false;
    }

    public void missing(String message) {
        other = new TopicState.Missing(message);
    }

    public void present() {
        other = null;
    }

    public void fail(KafkaException exception) {
        other = new TopicState.Unknown(exception);
    }

    public boolean closed() {
        return closed;
    }

    @Override
    public TopicState latest() {
        return other == null ? new TopicState.Present(6, mayWrite, lag, settings, at) : other;
    }

    @Override
    public TopicState first(Duration patience) {
        return latest();
    }

    @Override
    public void close() {
        closed = true;
    }
}
