package io.hybridingest.job.source;

import io.hybridingest.pipeline.SingleObjectEncoding;
import java.io.IOException;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.spark.sql.api.java.UDF1;

/**
 * Takes the Avro body out of a message in single-object encoding, null where the message is not one of the schema.
 *
 * <p>The body is walked once, without building anything: a body that a broken length would make the decoder allocate
 * gigabytes for, or that has bytes left over, is found out here.
 */
final class SingleObjects implements UDF1<byte[], byte[]> {
    static final String NOT_PREPARED = "not-prepared";
    static final String UNKNOWN_SCHEMA = "unknown-schema";
    static final String UNDECODABLE = "undecodable";

    private final String schemaJson;
    private transient Schema schema;
    private transient SingleObjectEncoding encoding;
    private transient BinaryDecoder decoder;

    SingleObjects(Schema schema) {
        this.schemaJson = schema.toString();
    }

    @Override
    public byte[] call(byte[] message) {
        if (schema == null) {
            schema = new Schema.Parser().parse(schemaJson);
            encoding = SingleObjectEncoding.of(schema);
        }
        if (message == null || !encoding.matches(message) || !isWhole(message)) {
            return null;
        }
        return Arrays.copyOfRange(message, SingleObjectEncoding.PREFIX_LENGTH, message.length);
    }

    private boolean isWhole(byte[] message) {
        int start = SingleObjectEncoding.PREFIX_LENGTH;
        try {
            decoder = DecoderFactory.get().binaryDecoder(message, start, message.length - start, decoder);
            GenericDatumReader.skip(schema, decoder);
            return decoder.isEnd();
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException broken) {
            return false;
        }
    }
}
