package io.hybridingest.job.source;

import io.hybridingest.pipeline.SingleObjectEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Takes the Avro body of the pipeline's present schema out of a message in single-object encoding.
 *
 * <p>A body is walked once, without building anything: one that a broken length would make the decoder allocate gigabytes
 * for, or that has bytes left over, is found out here. A body of an earlier schema is then resolved by Avro's rules. Not safe
 * for use by several threads.
 */
final class SingleObjects implements Serializable {
    static final String NOT_PREPARED = "not-prepared";
    static final String UNKNOWN_SCHEMA = "unknown-schema";
    static final String UNDECODABLE = "undecodable";
    static final String INCOMPATIBLE_SCHEMA = "incompatible-schema";

    private static final long serialVersionUID = 1;

    private final WriterSchemas schemas;
    private transient Writer present;
    private transient List<Writer> earlier;
    private transient BinaryDecoder decoder;

    SingleObjects(WriterSchemas schemas) {
        this.schemas = schemas;
    }

    /** A schema that messages are written with. */
    private record Writer(Schema schema, SingleObjectEncoding encoding) {
        Writer(Schema schema) {
            this(schema, SingleObjectEncoding.of(schema));
        }
    }

    /** Why a message has no body. */
    record Problem(String code, String message) {}

    /** A message's body or its problem, of which one is null. */
    private record Outcome(byte[] body, Problem problem) {}

    /** The body, null where there is a problem. */
    byte[] body(byte[] message) {
        return outcome(message).body();
    }

    /** The problem, null where there is a body. */
    Problem problem(byte[] message) {
        return outcome(message).problem();
    }

    private Outcome outcome(byte[] message) {
        if (present == null) {
            present = new Writer(schemas.expected());
            earlier = schemas.earlier().stream().map(Writer::new).toList();
        }
        if (!SingleObjectEncoding.isSingleObject(message)) {
            return refused(NOT_PREPARED, "The message does not begin with C3 01: no prepared record");
        }
        if (present.encoding().matches(message)) {
            return isWhole(message, present.schema())
                    ? new Outcome(Arrays.copyOfRange(message, SingleObjectEncoding.PREFIX_LENGTH, message.length), null)
                    : undecodable();
        }
        Optional<Writer> writer = earlier.stream()
                .filter(known -> known.encoding().matches(message))
                .findFirst();
        if (writer.isEmpty()) {
            return refused(
                    UNKNOWN_SCHEMA,
                    "The message was written with a schema that this pipeline never had; its own is "
                            + present.encoding().fingerprintHex());
        }
        return isWhole(message, writer.get().schema())
                ? resolved(message, writer.get().schema())
                : undecodable();
    }

    private static Outcome undecodable() {
        return refused(UNDECODABLE, "The bytes after the prefix are no record of the schema that they name");
    }

    private static Outcome refused(String code, String message) {
        return new Outcome(null, new Problem(code, message));
    }

    private boolean isWhole(byte[] message, Schema schema) {
        try {
            GenericDatumReader.skip(schema, decoder(message));
            return decoder.isEnd();
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException broken) {
            return false;
        }
    }

    private Outcome resolved(byte[] message, Schema writer) {
        Optional<String> difference = SchemaMeaning.difference(writer, present.schema());
        if (difference.isPresent()) {
            return incompatible(difference.get());
        }
        try {
            Object record = new GenericDatumReader<>(writer, present.schema()).read(null, decoder(message));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<>(present.schema()).write(record, encoder);
            encoder.flush();
            return new Outcome(out.toByteArray(), null);
        } catch (IOException | AvroRuntimeException unresolvable) {
            return incompatible(unresolvable.getMessage());
        }
    }

    private static Outcome incompatible(String reason) {
        return refused(
                INCOMPATIBLE_SCHEMA,
                "The message was written with an earlier schema of the pipeline, which the present one cannot read: "
                        + reason);
    }

    private BinaryDecoder decoder(byte[] message) {
        int start = SingleObjectEncoding.PREFIX_LENGTH;
        decoder = DecoderFactory.get().binaryDecoder(message, start, message.length - start, decoder);
        return decoder;
    }
}
