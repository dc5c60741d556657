package io.hybridingest.record;

import com.github.luben.zstd.Zstd;
import io.hybridingest.pipeline.QuarantinedRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.generic.GenericRecord;

/** Avro containers as the processors write them: with their schema, compressed by zstandard where the platform has it. */
public final class Containers {
    /** The MIME type NiFi knows Avro containers by. */
    public static final String MIME_TYPE = "application/avro-binary";

    /** Level of zstandard. */
    static final int FASTEST = 1;

    private static final boolean COMPRESSES = compresses();
    private static final OutputFormat<GenericRecord> QUARANTINED = ofRecords(QuarantinedRecord.schema());

    private Containers() {}

    /**
     * Whether content begins as a container does.
     *
     * @param in at its first byte, and left there; has to support mark and reset, as the content of FlowFiles does
     */
    public static boolean beginsIn(InputStream in) throws IOException {
        in.mark(DataFileConstants.MAGIC.length);
        byte[] first = in.readNBytes(DataFileConstants.MAGIC.length);
        in.reset();
        return Arrays.equals(first, DataFileConstants.MAGIC);
    }

    /** Containers of whole records. To be made once for many containers: the schema is worked out here. */
    public static OutputFormat<GenericRecord> ofRecords(Schema schema) {
        String schemaJson = schema.toString();
        RecordEncoder encoder = RecordEncoder.of(schema);
        return out -> new RecordsOutput(encoder, new AvroBytes(), new SlicesOutput(out, schemaJson, COMPRESSES));
    }

    /** Containers of {@link QuarantinedRecord}s, as instances of their schema. */
    public static OutputFormat<GenericRecord> ofQuarantinedRecords() {
        return QUARANTINED;
    }

    /**
     * Containers of records that are in Avro binary already; their bytes are copied as they are.
     *
     * @param schemaJson the records' schema, as the containers' headers will have it
     */
    public static OutputFormat<ByteBuffer> ofSlices(String schemaJson) {
        return out -> new SlicesOutput(out, schemaJson, COMPRESSES);
    }

    /** Native code cannot be loaded everywhere (a temporary directory mounted noexec): then nothing is compressed. */
    private static boolean compresses() {
        try {
            return Zstd.compress(new byte[] {0}, FASTEST).length > 0;
        } catch (LinkageError e) {
            return false;
        }
    }

    private record RecordsOutput(RecordEncoder encoder, AvroBytes bytes, SlicesOutput slices)
            implements RecordOutput<GenericRecord> {
        @Override
        public void write(GenericRecord record) throws IOException {
            bytes.clear();
            encoder.encode(record, bytes);
            slices.write(bytes.written());
        }

        @Override
        public Map<String, String> finish() throws IOException {
            return slices.finish();
        }

        @Override
        public void close() throws IOException {
            slices.close();
        }
    }
}
