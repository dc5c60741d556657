package io.hybridingest.nifi.processors;

/** Names of the attributes that the processors write and read. */
final class HybridAttributes {
    static final String PIPELINE = "hybrid.pipeline";
    static final String LANE = "hybrid.lane";
    static final String EVENT_TIME_MIN = "hybrid.event.time.min";
    static final String EVENT_TIME_MAX = "hybrid.event.time.max";
    static final String REASONS = "hybrid.reasons";
    static final String FLOWFILE = "hybrid.flowfile";
    static final String RECORDS_TAKEN = "hybrid.records.taken";
    static final String RECORD_COUNT = "record.count";

    private HybridAttributes() {}
}
