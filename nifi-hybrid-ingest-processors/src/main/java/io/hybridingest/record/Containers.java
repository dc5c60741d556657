package io.hybridingest.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** Avro containers as the processors write them: with their schema, compressed by zstandard where the platform has it. */
public final class Containers {
    /** The MIME type NiFi knows Avro containers by. */
    public static final String MIME_TYPE = "application/avro-binary";

    /** Level of zstandard. */
    static final int FASTEST = 1;

    private static final CodecFactory ZSTANDARD = CodecFactory.zstandardCodec(FASTEST, false, true);
    private static final boolean COMPRESSES = compresses();

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

    /** Containers of whole records. */
    public static OutputFormat<GenericRecord> ofRecords(Schema schema) {
        return out -> new RecordsOutput(writer(schema, out));
    }

    /**
     * Containers of records that are in Avro binary already; their bytes are copied as they are.
     *
     * @param schemaJson the records' schema, as the containers' headers will have it
     */
    public static OutputFormat<ByteBuffer> ofSlices(String schemaJson) {
        return out -> new SlicesOutput(out, schemaJson, COMPRESSES);
    }

    private static DataFileWriter<GenericRecord> writer(Schema schema, OutputStream out) throws IOException {
        return new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))
                .setCodec(COMPRESSES ? ZSTANDARD : CodecFactory.nullCodec())
                .create(schema, out);
    }

    /** Native code cannot be loaded everywhere (a temporary directory mounted noexec): then nothing is compressed. */
    private static boolean compresses() {
        Schema probe = Schema.create(Schema.Type.INT);
        try (DataFileWriter<Integer> writer = new DataFileWriter<>(new GenericDatumWriter<>(probe))) {
            writer.setCodec(ZSTANDARD)
                    .create(probe, new ByteArrayOutputStream())
                    .append(0);
            writer.flush();
            return true;
        } catch (LinkageError | IOException e) {
            return false;
        }
    }

    private record RecordsOutput(DataFileWriter<GenericRecord> writer) implements RecordOutput<GenericRecord> {
        @Override
        public void write(GenericRecord record) throws IOException {
            writer.append(record);
        }

        @Override
        public Map<String, String> finish() throws IOException {
            writer.flush();
            return Map.of("mime.type", MIME_TYPE);
        }

        @Override
        public void close() throws IOException {
            writer.close();
        }
    }
}
