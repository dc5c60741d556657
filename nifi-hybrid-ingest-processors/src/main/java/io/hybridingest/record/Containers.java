package io.hybridingest.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** Avro containers as the processors write them: with their schema, compressed by zstandard where the platform has it. */
public final class Containers {
    /** The MIME type NiFi knows Avro containers by. */
    public static final String MIME_TYPE = "application/avro-binary";

    private static final int FASTEST = 1;
    private static final CodecFactory CODEC = codec();

    private Containers() {}

    /** Containers of whole records. */
    public static OutputFormat<GenericRecord> ofRecords(Schema schema) {
        return out -> new RecordsOutput(writer(schema, out));
    }

    /** Containers of records that are in Avro binary already; their bytes are copied as they are. */
    public static OutputFormat<ByteBuffer> ofSlices(Schema schema) {
        return out -> new SlicesOutput(writer(schema, out));
    }

    private static DataFileWriter<GenericRecord> writer(Schema schema, OutputStream out) throws IOException {
        return new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))
                .setCodec(CODEC)
                .create(schema, out);
    }

    /** Native code cannot be loaded everywhere (a temporary directory mounted noexec): then nothing is compressed. */
    private static CodecFactory codec() {
        CodecFactory zstandard = CodecFactory.zstandardCodec(FASTEST, false, true);
        Schema probe = Schema.create(Schema.Type.INT);
        try (DataFileWriter<Integer> writer = new DataFileWriter<>(new GenericDatumWriter<>(probe))) {
            writer.setCodec(zstandard)
                    .create(probe, new ByteArrayOutputStream())
                    .append(0);
            writer.flush();
            return zstandard;
        } catch (LinkageError | IOException e) {
            return CodecFactory.nullCodec();
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

    private record SlicesOutput(DataFileWriter<GenericRecord> writer) implements RecordOutput<ByteBuffer> {
        @Override
        public void write(ByteBuffer slice) throws IOException {
            writer.appendEncoded(slice);
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
