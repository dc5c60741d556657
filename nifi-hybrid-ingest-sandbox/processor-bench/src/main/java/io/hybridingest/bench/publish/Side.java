package io.hybridingest.bench.publish;

/** One of those that are compared. For one thread. */
interface Side extends AutoCloseable {
    String name();

    /**
     * Publishes at least so many records, and returns once Kafka has them.
     *
     * @return records a second
     */
    double publish(long records);

    @Override
    void close();
}
