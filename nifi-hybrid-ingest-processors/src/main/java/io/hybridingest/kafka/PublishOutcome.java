package io.hybridingest.kafka;

import java.util.List;

/** What became of the records of one trigger. */
public sealed interface PublishOutcome {
    /**
     * Every record of every source was acknowledged by Kafka or rejected for good.
     *
     * @param receipts one per source, in their order
     */
    record Published(List<Receipt> receipts) implements PublishOutcome {
        public Published {
            receipts = List.copyOf(receipts);
        }
    }

    /**
     * At least one record is not known to be in Kafka, so all count as not sent and are to be sent again; copies are
     * told by their identity.
     */
    record NotPublished(KafkaFault fault) implements PublishOutcome {}

    /**
     * What became of one source.
     *
     * @param acknowledged number of records that Kafka has
     * @param rejected the others, in ascending order
     */
    record Receipt(long acknowledged, List<RejectedRecord> rejected) {
        public Receipt {
            rejected = List.copyOf(rejected);
        }
    }
}
