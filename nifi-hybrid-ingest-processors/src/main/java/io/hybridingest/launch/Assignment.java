package io.hybridingest.launch;

/**
 * What a batch run and its further attempts are for: exactly one of the two.
 *
 * @param interval to answer for, null where it is for a FlowFile
 * @param flowFile identifier of the FlowFile that asked, null where it is for an interval
 */
record Assignment(DataInterval interval, String flowFile) {
    Assignment {
        if ((interval == null) == (flowFile == null)) {
            throw new IllegalArgumentException("A run is for an interval or for a FlowFile");
        }
    }

    static Assignment of(DataInterval interval) {
        return new Assignment(interval, null);
    }

    static Assignment of(String flowFile) {
        return new Assignment(null, flowFile);
    }
}
