package io.hybridingest.pipeline;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Avro's single-object encoding: the bytes {@code C3 01}, the CRC-64-AVRO fingerprint of the writer's schema in
 * little-endian order, the record's Avro binary. Immutable and safe to share between threads.
 *
 * @param schemaFingerprint CRC-64-AVRO of the schema's parsing canonical form
 */
public record SingleObjectEncoding(long schemaFingerprint) {
    /** Bytes before the record's Avro binary. */
    public static final int PREFIX_LENGTH = 10;

    private static final byte MARKER = (byte) 0xC3;
    private static final byte VERSION = 0x01;

    /** The encoding of records written with the schema, usually {@link PipelineDefinition#wireSchema()}. */
    public static SingleObjectEncoding of(Schema writer) {
        Objects.requireNonNull(writer, "writer");
        return new SingleObjectEncoding(SchemaNormalization.parsingFingerprint64(writer));
    }

    /** A new array of the {@value #PREFIX_LENGTH} bytes that come before every record. */
    public byte[] prefix() {
        return ByteBuffer.allocate(PREFIX_LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MARKER)
                .put(VERSION)
                .putLong(schemaFingerprint)
                .array();
    }

    /** The fingerprint as 16 lower-case hex digits, most significant first: the value of the header {@code hybrid.schema}. */
    public String fingerprintHex() {
        return HexFormat.of().toHexDigits(schemaFingerprint);
    }

    /** Whether the message is a single object at all, of this or of another schema. */
    public static boolean isSingleObject(byte[] message) {
        return message != null && message.length >= PREFIX_LENGTH && message[0] == MARKER && message[1] == VERSION;
    }

    /** Whether the message is a single object written with this schema. */
    public boolean matches(byte[] message) {
        return isSingleObject(message)
                && ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getLong(2) == schemaFingerprint;
    }
}
