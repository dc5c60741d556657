package io.hybridingest.kafka;

import io.hybridingest.record.AvroCursor;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Reads the prepared records of one Avro container one after the other. A container of exactly the wire schema is
 * sliced: its blocks are decompressed, its records are neither built nor rewritten. One of another version of the
 * pipeline is resolved to the wire schema record by record. Not thread-safe.
 */
final class PreparedRecords implements Closeable {
    private final ContainerContent content;
    private final DataFileStream<GenericRecord> container;
    private final RecordLayout layout;
    private final AvroCursor cursor = new AvroCursor();
    private final boolean sliced;
    private final GenericDatumWriter<GenericRecord> rewriter;
    private final ByteArrayOutputStream rewritten = new ByteArrayOutputStream(1024);
    private BinaryEncoder encoder;
    private long remainingInBlock;
    private long index;

    private PreparedRecords(
            ContainerContent content,
            DataFileStream<GenericRecord> container,
            GenericDatumReader<GenericRecord> reader,
            RecordLayout layout,
            boolean sliced) {
        this.content = content;
        this.container = container;
        this.layout = layout;
        this.sliced = sliced;
        this.rewriter = new GenericDatumWriter<>(layout.wire());
        if (!sliced) {
            reader.setExpected(layout.wire());
        }
    }

    /**
     * Opens a container; closing the result closes its content.
     *
     * @throws UnreadableContentException where it is no container of prepared records of this pipeline
     */
    static PreparedRecords open(RecordSource source, RecordLayout layout)
            throws UnreadableContentException, IOException {
        InputStream content = source.open();
        try {
            return open(content, layout);
        } catch (UnreadableContentException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    private static PreparedRecords open(InputStream content, RecordLayout layout) throws UnreadableContentException {
        GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>();
        ContainerContent whole;
        DataFileStream<GenericRecord> container;
        try {
            whole = ContainerContent.of(content);
            container = new DataFileStream<>(whole, reader);
        } catch (IOException | RuntimeException e) {
            // Avro reports damage by exceptions of any kind, a NullPointerException among them.
            throw new UnreadableContentException(
                    "The content is no Avro container (" + e.getMessage()
                            + "): connect the output of PreprocessRecord, written without a Record Writer",
                    e);
        }
        return switch (SchemaAgreement.of(container.getSchema(), layout.wire())) {
            case SchemaAgreement.Same same -> new PreparedRecords(whole, container, reader, layout, true);
            case SchemaAgreement.Resolvable resolvable -> new PreparedRecords(whole, container, reader, layout, false);
            case SchemaAgreement.Different different ->
                throw new UnreadableContentException(
                        "The container was written with another schema than the pipeline's: " + different.why()
                                + ". Send the original records through PreprocessRecord again",
                        null);
        };
    }

    /**
     * The next record, valid until the next call; null after the last one.
     *
     * @throws UnreadableContentException where the container is damaged
     */
    PreparedRecord next() throws UnreadableContentException {
        try {
            return sliced ? nextSlice() : nextRewritten();
        } catch (IOException | RuntimeException e) {
            throw new UnreadableContentException(
                    "The Avro container is damaged at record " + index + " (" + e.getMessage()
                            + "): send the original records through PreprocessRecord again",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        container.close();
    }

    private PreparedRecord nextSlice() throws IOException {
        while (remainingInBlock == 0) {
            if (cursor.remaining() > 0) {
                throw new IOException("a block holds more bytes than its records");
            }
            if (!container.hasNext()) {
                content.requireAllAccounted();
                return null;
            }
            content.account(container.getBlockCount(), container.getBlockSize());
            ByteBuffer block = container.nextBlock();
            cursor.reset(block.array(), block.arrayOffset() + block.position(), block.remaining());
            remainingInBlock = container.getBlockCount();
        }
        remainingInBlock--;
        return layout.slice(cursor, index++);
    }

    private PreparedRecord nextRewritten() throws IOException {
        if (!container.hasNext()) {
            content.requireAllAccounted();
            return null;
        }
        if (remainingInBlock == 0) {
            remainingInBlock = container.getBlockCount();
            content.account(remainingInBlock, container.getBlockSize());
        }
        remainingInBlock--;
        rewritten.reset();
        encoder = EncoderFactory.get().binaryEncoder(rewritten, encoder);
        rewriter.write(container.next(), encoder);
        encoder.flush();
        byte[] bytes = rewritten.toByteArray();
        cursor.reset(bytes, 0, bytes.length);
        return layout.slice(cursor, index++);
    }
}
