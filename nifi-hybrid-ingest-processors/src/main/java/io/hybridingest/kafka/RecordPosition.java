package io.hybridingest.kafka;

/** A record among those of one trigger: which source, and which record in it, both from 0. */
record RecordPosition(int source, long index) implements Comparable<RecordPosition> {
    @Override
    public int compareTo(RecordPosition other) {
        int bySource = Integer.compare(source, other.source);
        return bySource != 0 ? bySource : Long.compare(index, other.index);
    }
}
