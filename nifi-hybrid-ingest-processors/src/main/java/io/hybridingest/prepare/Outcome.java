package io.hybridingest.prepare;

import io.hybridingest.pipeline.Reason;
import java.util.List;
import java.util.Objects;
import org.apache.avro.generic.GenericRecord;

/** What became of one incoming record. */
public sealed interface Outcome {
    /**
     * The record fits the schema.
     *
     * @param record an instance of the pipeline's wire schema
     */
    record Prepared(GenericRecord record) implements Outcome {
        public Prepared {
            Objects.requireNonNull(record, "record");
        }
    }

    /**
     * The record cannot be made to fit.
     *
     * @param reasons every reason, at least one; masked fields are not in them
     * @param original the record as it came, JSON in UTF-8, masked fields hidden
     * @param ingestId its identity, null where the identity's own fields do not fit
     * @param quarantineId its identity in quarantine, equal after every retry: {@code ingestId} where there is one, else the
     *     hash of the original, or its position where masked fields are hidden from the hash
     */
    record Invalid(List<Reason> reasons, byte[] original, String ingestId, String quarantineId) implements Outcome {
        public Invalid {
            reasons = List.copyOf(reasons);
            Objects.requireNonNull(original, "original");
            Objects.requireNonNull(quarantineId, "quarantineId");
        }
    }
}
