package io.hybridingest.nifi.processors;

import io.hybridingest.launch.BatchReport;
import io.hybridingest.launch.BatchStep;
import io.hybridingest.launch.BatchSupervisor;
import io.hybridingest.launch.Overlap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.FlowFileFilter.FlowFileFilterResult;
import org.apache.nifi.processor.ProcessSession;

/**
 * The FlowFiles of one trigger that have a run or are to get one.
 *
 * @param supervisor of the runs
 * @param taken by their identifier: those with a run, then those to get one, in the order of the queue
 * @param passedOver those that newer ones took the place of
 * @param waiting whether there is no room for a FlowFile that waits
 */
record FlowFileRuns(
        BatchSupervisor supervisor, Map<String, FlowFile> taken, List<FlowFile> passedOver, boolean waiting) {
    private static final int MOST_PASSED_OVER = 10_000;

    static FlowFileRuns none(BatchSupervisor supervisor) {
        return new FlowFileRuns(supervisor, Map.of(), List.of(), false);
    }

    /** Takes from the queue what has a run and what there is room for, and looks whether more waits. */
    static FlowFileRuns take(BatchSupervisor supervisor, Overlap overlap, ProcessSession session) throws IOException {
        Set<String> assigned = supervisor.assignedFlowFiles();
        List<FlowFile> taken = new ArrayList<>(
                assigned.isEmpty() ? List.of() : session.get(flowFile -> accept(assigned.contains(uuid(flowFile)))));
        int free = supervisor.free();
        if (overlap != Overlap.REPLACE) {
            taken.addAll(free == 0 ? List.of() : session.get(free));
            return new FlowFileRuns(supervisor, named(taken), List.of(), false);
        }
        List<FlowFile> further = session.get(MOST_PASSED_OVER);
        int passedOver = Math.max(0, further.size() - Math.max(1, free));
        taken.addAll(further.subList(passedOver, further.size()));
        return new FlowFileRuns(
                supervisor, named(taken), further.subList(0, passedOver), !further.isEmpty() && free == 0);
    }

    private static FlowFileFilterResult accept(boolean accepted) {
        return accepted ? FlowFileFilterResult.ACCEPT_AND_CONTINUE : FlowFileFilterResult.REJECT_AND_CONTINUE;
    }

    private static Map<String, FlowFile> named(List<FlowFile> flowFiles) {
        return flowFiles.stream()
                .collect(Collectors.toMap(FlowFileRuns::uuid, each -> each, (one, same) -> one, LinkedHashMap::new));
    }

    private static String uuid(FlowFile flowFile) {
        return flowFile.getAttribute(CoreAttributes.UUID.key());
    }

    /** One look at each run. */
    List<BatchStep> step(BatchSupervisor.Planner planner) throws IOException {
        return supervisor.stepFlowFiles(taken.keySet(), waiting, planner);
    }

    /** The FlowFile of that identifier; null where it is gone, or there is none. */
    FlowFile named(String uuid) {
        return uuid == null ? null : taken.get(uuid);
    }

    /** Those that no report is about. */
    List<FlowFile> waiting(List<BatchReport> told) {
        Set<String> done = told.stream()
                .map(BatchReport::flowFile)
                .filter(each -> each != null)
                .collect(Collectors.toSet());
        return taken.entrySet().stream()
                .filter(entry -> !done.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }
}
