package io.hybridingest.pipeline;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * A record that cannot go into the table, with everything needed to understand and repair it. Written by the processors
 * as Avro containers into the landing zone, and by the job as rows of the quarantine table.
 *
 * @param quarantineId the identity where it is known, else the hash of the original; equal after every retry
 * @param ingestId the record's identity, null where it has none
 * @param stage where it failed: {@code prepare}, {@code route}, {@code publish}, {@code read}, {@code decode},
 *     {@code check}
 * @param reasons every reason, at least one
 * @param original the record as it came, JSON in UTF-8 where it was read by a record reader
 * @param source the FlowFile, file or topic-partition-offset it came from
 * @param quarantinedAt when
 */
public record QuarantinedRecord(
        String quarantineId,
        String ingestId,
        String stage,
        List<Reason> reasons,
        byte[] original,
        String source,
        Instant quarantinedAt) {

    private static final Schema REASON = SchemaBuilder.record("Reason")
            .namespace("io.hybridingest")
            .fields()
            .requiredString("code")
            .requiredString("field")
            .requiredString("message")
            .requiredString("value")
            .endRecord();

    private static final Schema SCHEMA = schemaOf();

    public QuarantinedRecord {
        Objects.requireNonNull(quarantineId, "quarantineId");
        Objects.requireNonNull(stage, "stage");
        reasons = List.copyOf(reasons);
        Objects.requireNonNull(original, "original");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(quarantinedAt, "quarantinedAt");
    }

    /** Avro schema of the containers and, with the same names and types, of the quarantine table. */
    public static Schema schema() {
        return SCHEMA;
    }

    /** This record as an instance of {@link #schema()}. */
    public GenericRecord toAvro() {
        GenericRecord avro = new GenericData.Record(SCHEMA);
        avro.put("quarantine_id", quarantineId);
        avro.put("ingest_id", ingestId);
        avro.put("stage", stage);
        avro.put("reasons", reasons.stream().map(QuarantinedRecord::toAvro).toList());
        avro.put("original", ByteBuffer.wrap(original));
        avro.put("source", source);
        avro.put("quarantined_at", ChronoUnit.MICROS.between(Instant.EPOCH, quarantinedAt));
        return avro;
    }

    private static GenericRecord toAvro(Reason reason) {
        GenericRecord avro = new GenericData.Record(REASON);
        avro.put("code", reason.code());
        avro.put("field", reason.field());
        avro.put("message", reason.message());
        avro.put("value", reason.value());
        return avro;
    }

    private static Schema schemaOf() {
        Schema micros = org.apache.avro.LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
        return SchemaBuilder.record("QuarantinedRecord")
                .namespace("io.hybridingest")
                .fields()
                .requiredString("quarantine_id")
                .optionalString("ingest_id")
                .requiredString("stage")
                .name("reasons")
                .type()
                .array()
                .items(REASON)
                .noDefault()
                .requiredBytes("original")
                .requiredString("source")
                .name("quarantined_at")
                .type(micros)
                .noDefault()
                .endRecord();
    }
}
