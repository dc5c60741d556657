package io.hybridingest.pipeline;

import java.util.List;

/** Computes the identity that makes "once" possible: the same record has the same id, wherever and whenever it is read. */
public final class IngestId {
    private IngestId() {}

    /**
     * Identity of a record from the values of its identity fields.
     *
     * @param values the values in the order of the definition; null, String, Boolean, Integer, Long, Float, Double,
     *     BigDecimal, byte[], Instant, LocalDate, List, Map
     * @return 32 lower-case hex digits
     */
    public static String ofValues(List<?> values) {
        throw new UnsupportedOperationException();
    }

    /**
     * Identity of a record that has none of its own.
     *
     * @param flowFile identifier of the FlowFile
     * @param index index of the record in it, from 0
     */
    public static String ofPosition(String flowFile, long index) {
        throw new UnsupportedOperationException();
    }

    /** Identity of content that could not be read as a record: its hash. */
    public static String ofContent(byte[] content) {
        throw new UnsupportedOperationException();
    }
}
