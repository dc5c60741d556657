package io.hybridingest.record;

/** JSON that was read to its end, but in which values that are no objects were passed over, and objects with them. */
public final class PassedOverException extends UnreadableContentException {
    private final long recordsBefore;

    PassedOverException(long values, long firstByte, long recordsBefore) {
        super((values == 1
                        ? "the content holds a value that is no JSON object"
                        : "the content holds " + values + " values that are no JSON objects")
                + " where a record belongs, and Record Readers pass over what follows it, too:"
                + " see byte " + firstByte);
        this.recordsBefore = recordsBefore;
    }

    /** Number of records before the first such value. Records that were read behind it are not at their places: some are missing. */
    public long recordsBefore() {
        return recordsBefore;
    }
}
