package io.hybridingest.nifi.processors;

import io.hybridingest.prepare.Origin;
import io.hybridingest.prepare.Outcome;
import io.hybridingest.record.Containers;
import io.hybridingest.record.LineSalvage;
import io.hybridingest.record.UnreadableLine;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.serialization.record.Record;

/**
 * What one FlowFile gives: prepared records, invalid records, and lines that cannot be read, each in a FlowFile of its own that exists
 * once there is something in it. Not safe for several threads.
 */
final class Harvest implements LineSalvage.Sink, Closeable {
    private static final String UNREADABLE_LINE = "unreadable-line";
    private static final String OF_UNREADABLE_LINES = ".unreadable";

    private static final Set<String> HISTORY = Set.of(HybridAttributes.REASONS, HybridAttributes.RECORDS_TAKEN);

    private final ProcessSession session;
    private final PreprocessPlan plan;
    private final Origin origin;
    private final OutputFlowFile<GenericRecord> prepared;
    private final OutputFlowFile<GenericRecord> invalid;
    private final OutputFlowFile<UnreadableLine> unreadable;
    private final ReasonTally reasons = new ReasonTally();
    private String firstUnreadable = "";

    Harvest(ProcessSession session, PreprocessPlan plan, FlowFile original) {
        this.session = session;
        this.plan = plan;
        origin = new Origin(FlowFileOrigin.identifier(original), FlowFileOrigin.source(original));
        prepared = new OutputFlowFile<>(session, original, plan.format(original.getAttributes()));
        invalid = new OutputFlowFile<>(session, original, Containers.ofQuarantinedRecords());
        unreadable = new OutputFlowFile<>(session, original, UnreadableLine.format());
    }

    @Override
    public void record(Record record, long index) throws IOException {
        switch (plan.prepare(record, origin, index)) {
            case Outcome.Prepared(GenericRecord fitting) -> prepared.write(fitting);
            case Outcome.Invalid misfit -> {
                reasons.add(misfit.reasons());
                invalid.write(plan.quarantined(misfit, origin));
            }
        }
    }

    @Override
    public void unreadable(UnreadableLine line) throws IOException {
        if (unreadable.count() == 0) {
            firstUnreadable = "line " + line.number() + ", read by itself: "
                    + line.reason().getMessage();
        }
        unreadable.write(line);
    }

    /** Number of records that were read, whether they fit or not. */
    long records() {
        return prepared.count() + invalid.count();
    }

    /** Number of lines that could not be read. */
    long unreadableLines() {
        return unreadable.count();
    }

    /** Number and first line of what could not be read. */
    String unreadableText() {
        return (unreadable.count() == 1 ? "1 line" : unreadable.count() + " lines") + " cannot be read ("
                + firstUnreadable + ")";
    }

    /** Why this cannot be a file of the pipeline, where its share of bad records says so. */
    Optional<String> wrongFile() {
        long bad = invalid.count() + unreadable.count();
        long all = records() + unreadable.count();
        if (!plan.invalidThreshold().isExceeded(bad, all)) {
            return Optional.empty();
        }
        ReasonTally tally = reasons.with(UNREADABLE_LINE, unreadable.count());
        return Optional.of(bad + " of " + all + " records are invalid (" + tally.text()
                + "), more than the Invalid Threshold of " + plan.invalidThreshold());
    }

    /** Ends what was written and hands it on. */
    void transfer() throws IOException {
        Map<String, String> attributes =
                Map.of(HybridAttributes.PIPELINE, plan.pipeline(), HybridAttributes.FLOWFILE, origin.flowFile());
        Optional<FlowFile> fitting = prepared.finish(attributes);
        Optional<FlowFile> misfits = invalid.finishUnderOwnName(attributes);
        Optional<FlowFile> lines = unreadable.finish(attributes);
        fitting.map(this::withoutHistory)
                .ifPresent(flowFile -> Provenance.route(
                        session, flowFile, PreprocessRecord.SUCCESS, "Records that fit: " + prepared.count()));
        misfits.map(this::withoutHistory)
                .map(flowFile -> session.putAttribute(flowFile, HybridAttributes.REASONS, reasons.text()))
                .ifPresent(flowFile -> Provenance.route(session, flowFile, PreprocessRecord.INVALID, reasons.text()));
        lines.ifPresent(this::transferLines);
        count();
    }

    /** Forgets what was written. */
    void discard() throws IOException {
        prepared.discard();
        invalid.discard();
        unreadable.discard();
    }

    @Override
    public void close() throws IOException {
        try (prepared;
                invalid;
                unreadable) {
            // Each is closed, whatever the others throw.
        }
    }

    /** What an earlier failure said of a FlowFile that was repaired is not true of its records. */
    private FlowFile withoutHistory(FlowFile flowFile) {
        return session.removeAllAttributes(flowFile, HISTORY);
    }

    /** Indexes of these lines begin at 0 again, so that their positions must be in a FlowFile of another name. */
    private void transferLines(FlowFile lines) {
        String reason = ReasonTally.shortened(unreadableText());
        FlowFile named = session.putAllAttributes(
                session.penalize(withoutHistory(lines)),
                Map.of(
                        HybridAttributes.FLOWFILE,
                        origin.flowFile() + OF_UNREADABLE_LINES,
                        HybridAttributes.REASONS,
                        reason));
        Provenance.route(session, named, PreprocessRecord.FAILURE, reason);
    }

    private void count() {
        session.adjustCounter("Records Processed", records(), false);
        session.adjustCounter("Records Invalid", invalid.count(), false);
        session.adjustCounter("Unreadable Lines", unreadable.count(), false);
        reasons.report(session);
    }
}
