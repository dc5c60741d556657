package io.hybridingest.record;

import java.util.Collection;
import java.util.Map;
import org.apache.nifi.serialization.record.Record;

/**
 * Which parts of a record must not be seen, by the names that the parts have where they come from. Immutable and safe to share
 * between threads.
 */
public sealed interface Redaction {
    /** What stands in the place of a hidden value. */
    String HIDDEN = "***";

    /** Everything may be seen. */
    Redaction NOTHING = new Nothing();

    /** Nothing may be seen. */
    Redaction WHOLE = new Whole();

    /** Whether a value, not null, must not be seen at all. */
    boolean hides(Object value);

    /** What must not be seen of a field of a record. */
    default Redaction of(String field) {
        return NOTHING;
    }

    /** What must not be seen of an element of an array. */
    default Redaction ofElement() {
        return NOTHING;
    }

    /** What must not be seen because one or the other says so. */
    static Redaction both(Redaction one, Redaction other) {
        if (one == NOTHING || other == WHOLE) {
            return other;
        }
        return other == NOTHING || one == WHOLE ? one : new Both(one, other);
    }

    /** Everything may be seen. */
    record Nothing() implements Redaction {
        @Override
        public boolean hides(Object value) {
            return false;
        }
    }

    /** Nothing may be seen. */
    record Whole() implements Redaction {
        @Override
        public boolean hides(Object value) {
            return true;
        }

        @Override
        public Redaction of(String field) {
            return this;
        }

        @Override
        public Redaction ofElement() {
            return this;
        }
    }

    /** What either of two hides. */
    record Both(Redaction one, Redaction other) implements Redaction {
        @Override
        public boolean hides(Object value) {
            return one.hides(value) || other.hides(value);
        }

        @Override
        public Redaction of(String field) {
            return both(one.of(field), other.of(field));
        }

        @Override
        public Redaction ofElement() {
            return both(one.ofElement(), other.ofElement());
        }
    }

    /**
     * Some fields of a record must not be seen; what should be a record and is none might hold them in any form, and must
     * not be seen either.
     */
    record Fields(Map<String, Redaction> fields) implements Redaction {
        public Fields {
            fields = Map.copyOf(fields);
        }

        @Override
        public boolean hides(Object value) {
            return !(value instanceof Record
                    || value instanceof Map
                    || value instanceof org.apache.avro.generic.IndexedRecord);
        }

        @Override
        public Redaction of(String field) {
            return fields.getOrDefault(field, NOTHING);
        }
    }

    /** The same part of every element of an array, or of every value of a map, must not be seen. */
    record Elements(Redaction element) implements Redaction {
        @Override
        public boolean hides(Object value) {
            return !(value instanceof Object[]
                    || value instanceof Collection
                    || value instanceof Map
                    || value instanceof Record);
        }

        @Override
        public Redaction of(String field) {
            return element;
        }

        @Override
        public Redaction ofElement() {
            return element;
        }
    }
}
