package io.hybridingest.kafka;

import io.hybridingest.record.ContainerBlocks;
import io.hybridingest.record.RecordBlocks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * The prepared records of an Avro container. One of exactly the wire schema is sliced: its blocks are decompressed, its
 * records are neither built nor rewritten. One of another version of the pipeline is resolved to the wire schema record
 * by record. A block is taken apart as a whole before its first record is given out, so that nothing of a damaged block
 * is ever taken for a record.
 */
final class ContainerRecords implements PreparedRecords {
    private final ContentGuard content;
    private final RecordBlocks blocks;
    private final Slicer slicer;
    private final Queue<PreparedRecord> block = new ArrayDeque<>();
    private final Rewriter rewriter;
    private long index;

    private ContainerRecords(ContentGuard content, RecordBlocks blocks, Slicer slicer, Rewriter rewriter) {
        this.content = content;
        this.blocks = blocks;
        this.slicer = slicer;
        this.rewriter = rewriter;
    }

    /**
     * Reads the header.
     *
     * @param in the content at its beginning
     * @param content tells whether reading itself failed
     * @param agreements compares the container's schema with the wire schema
     * @throws UnreadableContentException where it is no container of prepared records of this pipeline
     */
    static ContainerRecords open(InputStream in, ContentGuard content, Slicer slicer, SchemaAgreements agreements)
            throws UnreadableContentException {
        return open(() -> new ContainerBlocks(in), content, slicer, agreements);
    }

    /**
     * Reads the header of a container in memory.
     *
     * @param bytes the content, whole, in its first bytes
     * @param length number of bytes in the content
     */
    static ContainerRecords open(
            byte[] bytes, int length, ContentGuard content, Slicer slicer, SchemaAgreements agreements)
            throws UnreadableContentException {
        return open(
                () -> {
                    slicer.blocks().open(bytes, length);
                    return slicer.blocks();
                },
                content,
                slicer,
                agreements);
    }

    private static ContainerRecords open(
            Opening opening, ContentGuard content, Slicer slicer, SchemaAgreements agreements)
            throws UnreadableContentException {
        RecordBlocks blocks;
        SchemaAgreement agreement;
        try {
            blocks = opening.open();
            agreement = agreements.of(blocks.schemaJson());
        } catch (IOException | RuntimeException e) {
            content.rethrow();
            throw new UnreadableContentException(
                    "The content is no Avro container (" + e.getMessage()
                            + ") and does not begin with a JSON object: connect the output of PreprocessRecord, written without a "
                            + "Record Writer, or choose a Record Reader that reads this content",
                    e);
        }
        return switch (agreement) {
            case SchemaAgreement.Same same -> new ContainerRecords(content, blocks, slicer, null);
            case SchemaAgreement.Resolvable resolvable ->
                new ContainerRecords(
                        content,
                        blocks,
                        slicer,
                        new Rewriter(resolvable.written(), slicer.layout().wire()));
            case SchemaAgreement.Different different ->
                throw new UnreadableContentException(
                        "The container was written with another schema than the pipeline's: " + different.why()
                                + ". Send the original records through PreprocessRecord again",
                        null);
        };
    }

    @Override
    public PreparedRecord next() throws UnreadableContentException {
        try {
            while (block.isEmpty()) {
                if (!blocks.next()) {
                    return null;
                }
                slicer.open(blocks.codec(), blocks.data(), blocks.length());
                if (rewriter == null) {
                    slice(blocks.records());
                } else {
                    rewrite(blocks.records());
                }
            }
            return block.remove();
        } catch (IOException | RuntimeException e) {
            content.rethrow();
            throw new UnreadableContentException(
                    "The Avro container is damaged at record " + (index + block.size()) + " (" + e.getMessage()
                            + "): send the original records through PreprocessRecord again",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        blocks.close();
    }

    private void slice(long records) throws IOException {
        for (long record = 0; record < records; record++) {
            block.add(slicer.next(index++));
        }
        if (slicer.remaining() > 0) {
            throw moreBytes();
        }
    }

    private void rewrite(long records) throws IOException {
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(slicer.bytes(), slicer.position(), slicer.remaining(), null);
        for (long record = 0; record < records; record++) {
            byte[] rewritten = rewriter.rewrite(decoder);
            slicer.open(rewritten, 0, rewritten.length);
            block.add(slicer.next(index++));
        }
        if (!decoder.isEnd()) {
            throw moreBytes();
        }
    }

    private static IOException moreBytes() {
        return new IOException("a block holds more bytes than its records");
    }

    /** What reads the header. */
    @FunctionalInterface
    private interface Opening {
        RecordBlocks open() throws IOException;
    }

    /** Turns records of one schema into records of another. */
    private static final class Rewriter {
        private final GenericDatumReader<GenericRecord> reader;
        private final GenericDatumWriter<GenericRecord> writer;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        private BinaryEncoder encoder;

        private Rewriter(Schema written, Schema wire) {
            this.reader = new GenericDatumReader<>(written, wire);
            this.writer = new GenericDatumWriter<>(wire);
        }

        private byte[] rewrite(BinaryDecoder decoder) throws IOException {
            bytes.reset();
            encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
            writer.write(reader.read(null, decoder), encoder);
            encoder.flush();
            return bytes.toByteArray();
        }
    }
}
