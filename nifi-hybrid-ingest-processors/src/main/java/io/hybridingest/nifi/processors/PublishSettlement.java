package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.KafkaFault;
import io.hybridingest.kafka.PartitionSkew;
import io.hybridingest.kafka.PublishOutcome.Fate;
import io.hybridingest.kafka.PublishOutcome.Published;
import io.hybridingest.kafka.PublishOutcome.Receipt;
import io.hybridingest.kafka.PublishOutcome.Unexplained;
import io.hybridingest.kafka.PublishOutcome.Unreadable;
import io.hybridingest.kafka.PublishPlan;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessSession;

/** Sends the FlowFiles of one trigger where they belong. For one thread. */
final class PublishSettlement {
    private static final int LONGEST_REASON = 500;

    private final ProcessSession session;
    private final PublishPlan plan;
    private final ComponentLog log;
    private final Clock clock;

    PublishSettlement(ProcessSession session, PublishPlan plan, ComponentLog log, Clock clock) {
        this.session = session;
        this.plan = plan;
        this.log = log;
        this.clock = clock;
    }

    /**
     * Every FlowFile by its own fate.
     *
     * @param millis how long publishing took
     * @return the number of records that Kafka has
     */
    long settle(List<FlowFile> flowFiles, Published published, long millis) {
        long acknowledged = 0;
        for (int index = 0; index < flowFiles.size(); index++) {
            Fate fate = published.fates().get(index);
            FlowFile flowFile = PublishAttempts.forget(session, flowFiles.get(index));
            switch (fate) {
                case Receipt receipt -> {
                    settle(flowFile, receipt, published.skew(), millis);
                    acknowledged += receipt.acknowledged();
                }
                case Unreadable unreadable -> fail(flowFile, unreadable.why());
            }
        }
        session.adjustCounter("Records published", acknowledged, false);
        session.adjustCounter(
                "Records in the hottest partition", published.skew().records(), false);
        return acknowledged;
    }

    /** Puts the FlowFiles back, each with its part of the blame; one that has failed too often goes to failure. */
    void settle(List<FlowFile> flowFiles, Unexplained unexplained, PublishAttempts attempts) {
        if (flowFiles.size() > 1 && unexplained.source().isEmpty()) {
            attempts.suspect(session, flowFiles);
            return;
        }
        int culprit = unexplained.source().orElse(0);
        for (int index = 0; index < flowFiles.size(); index++) {
            if (index == culprit) {
                blame(flowFiles.get(index), unexplained.fault(), attempts);
            } else {
                session.transfer(flowFiles.get(index));
            }
        }
    }

    private void blame(FlowFile flowFile, KafkaFault fault, PublishAttempts attempts) {
        int failures = attempts.countedAgain(flowFile);
        if (failures < attempts.maximum()) {
            log.warn(
                    "{} failed {} of {} times and is tried again, alone: {}",
                    flowFile,
                    failures,
                    attempts.maximum(),
                    fault.message(),
                    fault.cause());
            attempts.putBack(session, flowFile, failures);
            return;
        }
        fail(PublishAttempts.forget(session, flowFile), "Given up after " + failures + " attempts. " + fault.message());
    }

    private void fail(FlowFile flowFile, String why) {
        log.error("{} was not published. {}", flowFile, why);
        String shown = why.length() <= LONGEST_REASON ? why : why.substring(0, LONGEST_REASON) + "…";
        FlowFile failed = session.putAttribute(session.penalize(flowFile), HybridAttributes.REASONS, shown);
        Provenance.route(session, failed, PublishKafkaStream.FAILURE, shown);
        session.adjustCounter("FlowFiles failed", 1, false);
    }

    private void settle(FlowFile flowFile, Receipt receipt, PartitionSkew skew, long millis) {
        if (!receipt.rejected().isEmpty()) {
            FlowFile rejected = RejectedFlowFile.create(session, plan, flowFile, receipt.rejected(), clock);
            log.warn(
                    "{} records of {} went to rejected: {}",
                    receipt.rejected().size(),
                    flowFile,
                    rejected.getAttribute(HybridAttributes.REASONS));
            session.transfer(rejected, PublishKafkaStream.REJECTED);
            session.adjustCounter("Records rejected", receipt.rejected().size(), false);
        }
        FlowFile done = session.putAllAttributes(flowFile, attributes(receipt, skew));
        String uri = "kafka://" + plan.settings().bootstrapServers() + "/" + plan.topic();
        session.getProvenanceReporter().send(done, uri, receipt.acknowledged() + " messages", millis);
        session.transfer(done, PublishKafkaStream.SUCCESS);
    }

    private Map<String, String> attributes(Receipt receipt, PartitionSkew skew) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put("msg.count", Long.toString(receipt.acknowledged()));
        attributes.put(HybridAttributes.RECORD_COUNT, Long.toString(receipt.records()));
        attributes.put("kafka.topic", plan.topic());
        attributes.put(HybridAttributes.PIPELINE, plan.pipeline().name());
        if (skew.total() > 0) {
            attributes.put("kafka.partition.hottest", Integer.toString(skew.hottest()));
            attributes.put("kafka.partition.hottest.share", String.format(Locale.ROOT, "%.3f", skew.share()));
        }
        return attributes;
    }
}
