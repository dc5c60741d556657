package io.hybridingest.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;

/**
 * What a FlowFile costs in the mock framework when a processor does nothing to it but what all of them do: read the content, write another
 * FlowFile, remove the first one. All sides pay it once a processor, and with FlowFiles of one record it blurs what they do beside it.
 */
final class MockOverhead {
    private static final int FLOW_FILES = 20_000;
    private static final double NANOS_PER_MICRO = 1e3;

    private MockOverhead() {}

    /** The finding in a sentence. */
    static String measured(Scale scale) {
        Side side = new Side("copy", new StageBuilder(new Copy()).build("success"));
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < (scale.warmUp().isZero() ? 1 : FLOW_FILES); i++) {
            contents.add(new byte[200]);
        }
        Sample.take(side, contents);
        System.gc();
        Sample sample = Sample.take(side, contents);
        return String.format(
                Locale.ROOT,
                "The mock framework takes %.1f µs and allocates %.0f bytes for each FlowFile that a processor copies",
                sample.nanos() / NANOS_PER_MICRO / contents.size(),
                (double) sample.allocated() / contents.size());
    }

    /** Copies content without a look at it. */
    private static final class Copy extends AbstractProcessor {
        private static final Relationship SUCCESS =
                new Relationship.Builder().name("success").build();

        @Override
        public Set<Relationship> getRelationships() {
            return Set.of(SUCCESS);
        }

        @Override
        public void onTrigger(ProcessContext context, ProcessSession session) {
            FlowFile original = session.get();
            if (original == null) {
                return;
            }
            FlowFile copy = session.create(original);
            copy = session.write(copy, out -> session.read(original, in -> in.transferTo(out)));
            copy = session.putAllAttributes(copy, Map.of("record.count", "1", "mime.type", "application/octet-stream"));
            session.transfer(copy, SUCCESS);
            session.remove(original);
        }
    }
}
