package io.hybridingest.kafka;

/** Writes one value of a record reader as Avro binary of one schema. Immutable. */
@FunctionalInterface
interface AvroValue {
    /** @throws MisfitException where the value does not fit the schema; what was written of it is worthless */
    void write(Object value, AvroBuffer out) throws MisfitException;
}
