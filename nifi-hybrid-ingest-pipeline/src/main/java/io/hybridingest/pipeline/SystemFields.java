package io.hybridingest.pipeline;

/** Names of the columns that hybrid ingestion adds to the user's own. */
public final class SystemFields {
    /** Deterministic identity of the record, 32 lower-case hex digits; set by preprocessing, equal in both lanes. */
    public static final String INGEST_ID = "_ingest_id";

    /** Where the record came from: path or filename of the FlowFile it was read from. */
    public static final String SOURCE = "_source";

    /** JSON object of the fields that the schema does not know; null where there were none. */
    public static final String RESCUED = "_rescued";

    /** The lane that inserted the row, {@code stream} or {@code batch}; set by the sink. */
    public static final String INGEST_LANE = "_ingest_lane";

    /** When the sink processed the row, a timestamp; set by the sink. */
    public static final String INGESTED_AT = "_ingested_at";

    private SystemFields() {}
}
