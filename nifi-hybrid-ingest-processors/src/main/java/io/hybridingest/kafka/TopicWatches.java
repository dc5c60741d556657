package io.hybridingest.kafka;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Watches the topics of one cluster in the background, for as long as anybody looks at them: one thread and one admin
 * client ask about every watched topic every two seconds, however many look; less and less often, down to twice a minute,
 * while the cluster does not let them in. Owned by the controller service, which closes
 * it when it is disabled; who observes a topic closes the view it was given. Safe for several threads.
 */
public final class TopicWatches implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    /** Rounds to leave out, at most: half a minute. */
    private static final int LONGEST_PAUSE = 15;

    private final Supplier<TopicReader> readers;
    private final String bootstrapServers;
    private final Duration interval;
    private final Clock clock;
    private final Map<Key, Watched> watched = new HashMap<>();
    private ScheduledExecutorService thread;
    private Rounds rounds;
    private boolean closed;

    TopicWatches(Supplier<TopicReader> readers, String bootstrapServers, Duration interval, Clock clock) {
        this.readers = readers;
        this.bootstrapServers = bootstrapServers;
        this.interval = interval;
        this.clock = clock;
    }

    /**
     * Nothing is connected before something is observed.
     *
     * @param clientProperties Kafka client properties of the cluster
     * @param patience how long one question to the cluster may take
     */
    public static TopicWatches of(Map<String, String> clientProperties, Duration patience) {
        return new TopicWatches(
                () -> AdminTopicReader.open(clientProperties, patience),
                clientProperties.get("bootstrap.servers"),
                INTERVAL,
                Clock.systemUTC());
    }

    /**
     * Begins to watch, or joins those who watch the same topic and group already.
     *
     * @return a view that the caller closes
     * @throws IllegalStateException where this object is closed
     */
    public synchronized TopicObserver observe(TopicQuestion question) {
        if (closed) {
            throw new IllegalStateException("The Kafka Cluster Service is disabled: enable it");
        }
        Key key = new Key(question.topic(), question.group());
        Watched entry = watched.computeIfAbsent(key, wanted -> new Watched(watch(question)));
        entry.views++;
        entry.watch.allowCreation(question.creation());
        begin();
        return entry.watch.view(() -> leave(key, entry));
    }

    /** Ends the watching at once; a question on its way is left to end by itself. Views that are open say so. */
    @Override
    public synchronized void close() {
        closed = true;
        watched.values()
                .forEach(entry -> entry.watch.end(
                        new KafkaException("The Kafka Cluster Service was disabled: enable it and start again")));
        watched.clear();
        end();
    }

    private TopicWatch watch(TopicQuestion question) {
        return new TopicWatch(question.topic(), question.group(), bootstrapServers, clock);
    }

    private void begin() {
        if (thread != null) {
            thread.execute(rounds::askAboutNew);
            return;
        }
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread worker = new Thread(task, "Kafka topics at " + bootstrapServers);
            worker.setDaemon(true);
            return worker;
        });
        rounds = new Rounds();
        thread.scheduleWithFixedDelay(rounds::askAboutAll, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end() {
        if (thread != null) {
            thread.execute(rounds::close);
            thread.shutdown();
            thread = null;
        }
    }

    private synchronized void leave(Key key, Watched entry) {
        entry.views--;
        if (entry.views == 0 && watched.remove(key, entry) && watched.isEmpty()) {
            end();
        }
    }

    private synchronized List<TopicWatch> watches() {
        return watched.values().stream().map(entry -> entry.watch).toList();
    }

    /** What is watched once, however many look. */
    private record Key(String topic, String group) {}

    /** A watch and the number of views on it. */
    private static final class Watched {
        private final TopicWatch watch;
        private int views;

        private Watched(TopicWatch watch) {
            this.watch = watch;
        }
    }

    /** The background thread's work; it alone uses the reader. */
    private final class Rounds {
        private TopicReader reader;
        private final RoundPause pause = new RoundPause(LONGEST_PAUSE);
        private RuntimeException denial;

        void askAboutAll() {
            if (pause.leavesOut()) {
                watches().forEach(watch -> watch.fail(denial));
                return;
            }
            denial = ask(watches());
            if (denial == null) {
                pause.granted();
            } else {
                pause.denied();
            }
        }

        void askAboutNew() {
            ask(watches().stream().filter(TopicWatch::isNew).toList());
        }

        /**
         * A cluster that does not answer about one topic is not asked about the others before the next round.
         *
         * @return that the cluster lets nobody in with these credentials, which takes a person to mend and fills logs
         *     whenever it is tried; null otherwise
         */
        private RuntimeException ask(Collection<TopicWatch> watches) {
            RuntimeException silence = null;
            for (TopicWatch watch : watches) {
                if (silence != null) {
                    watch.fail(silence);
                    continue;
                }
                try {
                    watch.refresh(reader());
                } catch (RuntimeException e) {
                    watch.fail(e);
                    boolean others = reader != null
                            && !(e instanceof TimeoutException)
                            && !(e instanceof AuthenticationException);
                    silence = others ? null : e;
                }
            }
            return silence instanceof AuthenticationException ? silence : null;
        }

        private TopicReader reader() {
            if (reader == null) {
                reader = readers.get();
            }
            return reader;
        }

        void close() {
            if (reader != null) {
                reader.close();
            }
        }
    }
}
