package io.hybridingest.nifi.processors;

import io.hybridingest.pipeline.Reason;
import io.hybridingest.record.UnreadableContentException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;

/** Counts reason codes, and tells FlowFiles their reasons. Not safe for several threads. */
final class ReasonTally {
    private static final int SHOWN = 10;
    private static final int LONGEST_MESSAGE = 500;

    private final Map<String, Long> counts = new TreeMap<>();

    /** The FlowFile, penalized and with the reason why its content could not be read. */
    static FlowFile unreadable(ProcessSession session, FlowFile flowFile, UnreadableContentException reason) {
        return session.putAttribute(
                session.penalize(flowFile), HybridAttributes.REASONS, shortened(reason.getMessage()));
    }

    /** A message of a length that an attribute can bear. */
    static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…";
    }

    void add(List<Reason> reasons) {
        reasons.forEach(reason -> counts.merge(reason.code(), 1L, Long::sum));
    }

    /** These counts and one more, where it is not 0. */
    ReasonTally with(String code, long count) {
        ReasonTally sum = new ReasonTally();
        sum.counts.putAll(counts);
        if (count > 0) {
            sum.counts.merge(code, count, Long::sum);
        }
        return sum;
    }

    /** The most frequent codes with their counts, such as {@code wrong-type=3, missing=1}. */
    String text() {
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(SHOWN)
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Adds the counts to NiFi's counters, one for each code. */
    void report(ProcessSession session) {
        counts.forEach((code, count) -> session.adjustCounter("Invalid: " + code, count, false));
    }
}
