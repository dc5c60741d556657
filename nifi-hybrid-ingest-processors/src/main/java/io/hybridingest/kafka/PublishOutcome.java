package io.hybridingest.kafka;

import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/** What became of the records of one unit. */
public sealed interface PublishOutcome {
    /**
     * Every record of every source was acknowledged by Kafka or rejected for good, or its source cannot be read.
     *
     * @param fates one per source, in their order
     * @param skew how the acknowledged records lie over the partitions
     * @param oldest the oldest timestamp of an acknowledged record, null where none was given one
     */
    record Published(List<Fate> fates, PartitionSkew skew, Instant oldest) implements PublishOutcome {
        public Published {
            fates = List.copyOf(fates);
        }
    }

    /**
     * A fault of the cluster: at least one record is not known to be in Kafka, so all count as not sent and are to be
     * sent again; copies are told by their identity.
     */
    record NotPublished(KafkaFault fault) implements PublishOutcome {}

    /**
     * Something failed that is no known fault of the cluster, so that a source may be to blame. All records count as not
     * sent.
     *
     * @param source index of the source whose record failed first, empty where that is not known
     */
    record Unexplained(KafkaFault fault, OptionalInt source) implements PublishOutcome {}

    /** What became of one source. */
    sealed interface Fate {}

    /**
     * Kafka has all records but the rejected ones.
     *
     * @param acknowledged number of records that Kafka has
     * @param rejected the others, in ascending order
     */
    record Receipt(long acknowledged, List<RejectedRecord> rejected) implements Fate {
        public Receipt {
            rejected = List.copyOf(rejected);
        }

        /** Number of records in the source. */
        public long records() {
            return acknowledged + rejected.size();
        }
    }

    /**
     * The source holds no prepared records, or breaks off. With transactions nothing of it was published, else perhaps the
     * records before the damage.
     *
     * @param why a sentence that says what to do
     */
    record Unreadable(String why) implements Fate {}
}
