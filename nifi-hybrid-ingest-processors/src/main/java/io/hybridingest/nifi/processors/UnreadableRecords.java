package io.hybridingest.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** What to do with a FlowFile whose content the Record Reader cannot read to its end. */
public enum UnreadableRecords implements DescribedValue {
    FAIL_FLOWFILE(
            "fail-flowfile",
            "Fail FlowFile",
            "The FlowFile goes to 'failure' as it came, and none of its records goes anywhere else."),
    KEEP_RECORDS_BEFORE(
            "keep-records-before",
            "Keep Records Before",
            "The records before the place where reading breaks go to 'success' and 'invalid'. The FlowFile goes to 'failure' as"
                    + " it came, with hybrid.records.taken saying how many records were taken from it. Sending it through again once"
                    + " it is repaired is safe: the identity makes each record one."),
    SKIP_UNREADABLE_LINES(
            "skip-unreadable-lines",
            "Skip Unreadable Lines",
            "For content of one record per line: JSON lines, CSV with or without a header line. Where reading breaks, the content is"
                    + " read again by lines; those that cannot be read go to 'failure' in one FlowFile, byte for byte, below the header"
                    + " line if there is one, and the records of all other lines go on. Not for CSV whose quoted values span"
                    + " several lines.");

    private final String value;
    private final String displayName;
    private final String description;

    UnreadableRecords(String value, String displayName, String description) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    public String getDisplayName() {
        return displayName;
    }

    @Override
    public String getDescription() {
        return description;
    }
}
