package io.hybridingest.kafka;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.pipeline.SystemFields;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/**
 * Everything about publishing one pipeline's records that stays the same while a processor runs: the topic, how records
 * are cut out of their containers, how they become messages. Immutable; safe to share between threads.
 */
public final class PublishPlan {
    private final PipelineDefinition pipeline;
    private final PublishSettings settings;
    private final PreparedContent content;
    private final MessageEncoder encoder;
    private final long maxMessageSize;

    /**
     * A plan that slices the content of FlowFiles.
     *
     * @throws IllegalArgumentException with a sentence, where the pipeline lacks the field that partitioning asks for
     */
    public PublishPlan(PipelineDefinition pipeline, PublishSettings settings) {
        this(pipeline, settings, null);
    }

    /**
     * @param reading how the content of FlowFiles is read; null where it is sliced
     * @throws IllegalArgumentException with a sentence, where the pipeline lacks the field that partitioning asks for
     */
    public PublishPlan(PipelineDefinition pipeline, PublishSettings settings, RecordReading reading) {
        this.pipeline = pipeline;
        this.settings = settings;
        RecordLayout layout =
                new RecordLayout(pipeline.wireSchema(), pipeline.eventTime().field(), partitionField(settings));
        this.content = new PreparedContent(pipeline, layout, reading);
        this.encoder = new MessageEncoder(pipeline.stream(), settings, layout);
        this.maxMessageSize = ProducerSettings.maxMessageSize(settings);
    }

    /** The pipeline whose records are published. */
    public PipelineDefinition pipeline() {
        return pipeline;
    }

    /** How they are published. */
    public PublishSettings settings() {
        return settings;
    }

    /** The topic they go to. */
    public String topic() {
        return pipeline.stream().topic();
    }

    /**
     * Writes what Kafka will never take as an Avro container of {@link QuarantinedRecord}s.
     *
     * @param rejected rejected records of the source, in ascending order of their index
     */
    public void writeRejected(RecordSource source, List<RejectedRecord> rejected, Clock clock, OutputStream out)
            throws UnreadableContentException, IOException {
        try (Slicer slicer = content.slicer();
                PreparedRecords records = content.open(source, slicer);
                DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>())) {
            writer.create(QuarantinedRecord.schema(), out);
            Iterator<RejectedRecord> wanted = rejected.iterator();
            RejectedRecord next = wanted.next();
            for (PreparedRecord record = records.next(); record != null && next != null; record = records.next()) {
                if (record.index() == next.index()) {
                    writer.append(quarantined(record, next, clock).toAvro());
                    next = wanted.hasNext() ? wanted.next() : null;
                }
            }
        }
    }

    /** Explains what a client of this plan's cluster reported. */
    public KafkaFault fault(Throwable reported) {
        return KafkaFault.of(reported, settings, topic());
    }

    PreparedContent content() {
        return content;
    }

    MessageEncoder encoder() {
        return encoder;
    }

    long maxMessageSize() {
        return maxMessageSize;
    }

    /** Record paths are written with slashes, paths in a definition with dots; both are understood. */
    private static String partitionField(PublishSettings settings) {
        if (!settings.partitioning().usesField()) {
            return null;
        }
        String path = settings.partitionField().strip();
        return (path.startsWith("/") ? path.substring(1) : path).replace('/', '.');
    }

    private QuarantinedRecord quarantined(PreparedRecord record, RejectedRecord rejection, Clock clock)
            throws IOException {
        if (record.form() == PreparedRecord.Form.JSON) {
            String source = JsonLayout.text(record, SystemFields.SOURCE);
            return quarantined(record, rejection, MessageEncoder.copy(record), source, clock);
        }
        try {
            GenericRecord decoded = encoder.decode(record);
            String source = String.valueOf(decoded.get(SystemFields.SOURCE));
            return quarantined(record, rejection, PlainJson.encode(decoded), source, clock);
        } catch (RuntimeException e) {
            // What no JSON can be made of is kept as the bytes that it is.
            return quarantined(record, rejection, MessageEncoder.copy(record), "", clock);
        }
    }

    private static QuarantinedRecord quarantined(
            PreparedRecord record, RejectedRecord rejection, byte[] original, String source, Clock clock) {
        return new QuarantinedRecord(
                record.id(), record.id(), "publish", List.of(rejection.reason()), original, source, clock.instant());
    }
}
