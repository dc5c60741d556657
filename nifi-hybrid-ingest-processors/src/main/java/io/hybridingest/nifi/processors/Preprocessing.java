package io.hybridingest.nifi.processors;

import io.hybridingest.record.LineSalvage;
import io.hybridingest.record.PassedOverException;
import io.hybridingest.record.RecordInput;
import io.hybridingest.record.UnreadableContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.serialization.record.Record;

/** What is done with one FlowFile. Not safe for several threads. */
final class Preprocessing {
    private final PreprocessPlan plan;
    private final ProcessSession session;
    private final FlowFile original;

    Preprocessing(PreprocessPlan plan, ProcessSession session, FlowFile original) {
        this.plan = plan;
        this.session = session;
        this.original = original;
    }

    /**
     * Puts the FlowFile's records where they belong.
     *
     * @throws IOException where they could not be written
     */
    void run() throws IOException {
        try (Harvest harvest = new Harvest(session, plan, original)) {
            try {
                read(harvest, Long.MAX_VALUE);
                settle(harvest);
            } catch (UnreadableContentException e) {
                switch (plan.unreadableRecords()) {
                    case FAIL_FLOWFILE -> fail(harvest, e);
                    case KEEP_RECORDS_BEFORE -> keepBefore(harvest, e);
                    case SKIP_UNREADABLE_LINES -> {
                        harvest.discard();
                        runByLines();
                    }
                }
            }
        }
    }

    private void runByLines() throws IOException {
        try (Harvest harvest = new Harvest(session, plan, original)) {
            try {
                readByLines(harvest);
                if (harvest.records() == 0 && harvest.unreadableLines() > 0) {
                    fail(harvest, "There is no line that can be read: " + harvest.unreadableText());
                } else {
                    settle(harvest);
                }
            } catch (UnreadableContentException e) {
                fail(harvest, e);
            }
        }
    }

    private void read(Harvest harvest, long most) throws IOException {
        try (InputStream in = session.read(original);
                RecordInput input = open(in, original.getSize())) {
            for (long index = 0; index < most; index++) {
                Optional<Record> next = input.next();
                if (next.isEmpty()) {
                    return;
                }
                harvest.record(next.get(), index);
            }
        }
    }

    private void readByLines(Harvest harvest) throws IOException {
        try (InputStream in = session.read(original)) {
            LineSalvage.read(in, this::open, harvest);
        }
    }

    private RecordInput open(InputStream content, long size) throws UnreadableContentException {
        return plan.open(original.getAttributes(), content, size);
    }

    private void settle(Harvest harvest) throws IOException {
        Optional<String> wrongFile = harvest.wrongFile();
        if (wrongFile.isPresent()) {
            fail(harvest, wrongFile.get());
            return;
        }
        if (harvest.unreadableLines() > 0) {
            plan.log().warn("{}: {}; they go to failure", original, harvest.unreadableText());
        }
        FlowFile spent = original;
        if (harvest.records() == 0) {
            spent = session.putAttribute(original, CoreAttributes.DISCARD_REASON.key(), "There is no record in it");
        }
        harvest.transfer();
        session.remove(spent);
    }

    /** Behind records that were passed over, none is at its place, which may be its identity: only those before them are kept. */
    private void keepBefore(Harvest harvest, UnreadableContentException reason) throws IOException {
        if (!(reason instanceof PassedOverException passedOver)) {
            keep(harvest, reason);
            return;
        }
        harvest.discard();
        try (Harvest before = new Harvest(session, plan, original)) {
            try {
                read(before, passedOver.recordsBefore());
                keep(before, reason);
            } catch (UnreadableContentException e) {
                fail(before, e);
            }
        }
    }

    private void keep(Harvest harvest, UnreadableContentException reason) throws IOException {
        Optional<String> wrongFile = harvest.wrongFile();
        if (wrongFile.isPresent()) {
            fail(harvest, wrongFile.get() + "; moreover, " + reason.getMessage());
            return;
        }
        long taken = harvest.records();
        harvest.transfer();
        plan.log()
                .error(
                        "{} goes to failure, {} records were taken from it: {}",
                        original,
                        taken,
                        reason.getMessage(),
                        reason);
        transferOriginal(reason.getMessage(), taken);
    }

    private void fail(Harvest harvest, UnreadableContentException reason) throws IOException {
        harvest.discard();
        plan.log().error("{} goes to failure: {}", original, reason.getMessage(), reason);
        transferOriginal(reason.getMessage(), 0);
    }

    private void fail(Harvest harvest, String reason) throws IOException {
        harvest.discard();
        plan.log().error("{} goes to failure: {}", original, reason);
        transferOriginal(reason, 0);
    }

    /** The identifier stays with the content, so that records that come from it later have the indexes they have now. */
    private void transferOriginal(String reason, long taken) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put(HybridAttributes.REASONS, ReasonTally.shortened(reason));
        attributes.put(HybridAttributes.PIPELINE, plan.pipeline());
        attributes.put(HybridAttributes.FLOWFILE, FlowFileOrigin.identifier(original));
        attributes.put(HybridAttributes.RECORDS_TAKEN, Long.toString(taken));
        FlowFile failed = session.putAllAttributes(session.penalize(original), attributes);
        Provenance.route(session, failed, PreprocessRecord.FAILURE, ReasonTally.shortened(reason));
    }
}
