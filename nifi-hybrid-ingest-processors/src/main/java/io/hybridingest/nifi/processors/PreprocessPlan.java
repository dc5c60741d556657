package io.hybridingest.nifi.processors;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.prepare.Origin;
import io.hybridingest.prepare.Outcome;
import io.hybridingest.prepare.Preparation;
import io.hybridingest.record.AvroRecords;
import io.hybridingest.record.Disclosure;
import io.hybridingest.record.OutputFormat;
import io.hybridingest.record.RecordInput;
import io.hybridingest.record.RecordSets;
import io.hybridingest.record.UnreadableContentException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.RecordSetWriterFactory;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;

/**
 * Everything about preprocessing that stays the same from one FlowFile to the next. Immutable and safe to share between threads.
 *
 * @param pipeline name of the pipeline
 * @param recordSchema schema of prepared records as NiFi sees it
 * @param containers the format of prepared records where there is no Record Writer
 * @param disclosure what may be said of content that cannot be read
 * @param writer null where prepared records become Avro containers
 * @param log of the processor
 * @param clock says when a record is quarantined
 */
record PreprocessPlan(
        String pipeline,
        Preparation preparation,
        RecordSchema recordSchema,
        OutputFormat<GenericRecord> containers,
        Disclosure disclosure,
        RecordReaderFactory reader,
        RecordSetWriterFactory writer,
        UnreadableRecords unreadableRecords,
        InvalidThreshold invalidThreshold,
        ComponentLog log,
        Clock clock) {

    PreprocessPlan {
        Objects.requireNonNull(preparation, "preparation");
        Objects.requireNonNull(reader, "reader");
    }

    /** What may be said of content in a pipeline: where fields are masked, a Record Reader could quote one of them. */
    static Disclosure disclosure(PipelineDefinition definition) {
        return definition.prepare().mask().isEmpty() ? Disclosure.QUOTED : Disclosure.LOCATED;
    }

    /**
     * Begins reading content.
     *
     * @param attributes attributes of the FlowFile that it belongs to
     * @param size bytes in the content
     */
    RecordInput open(Map<String, String> attributes, InputStream in, long size) throws UnreadableContentException {
        return RecordInput.open(reader, attributes, in, size, log, false, disclosure);
    }

    /**
     * Prepares one record.
     *
     * @param index index of the record in its content, from 0
     * @throws UnreadableContentException where preparing fails on it in a way that no retry will mend
     */
    Outcome prepare(Record record, Origin origin, long index) throws UnreadableContentException {
        try {
            return preparation.prepare(record, origin, index);
        } catch (RuntimeException | StackOverflowError e) {
            throw disclosure.unreadable("record " + (index + 1) + " cannot be prepared", e);
        }
    }

    /** The format of prepared records. */
    OutputFormat<GenericRecord> format(Map<String, String> attributes) {
        if (writer == null) {
            return containers;
        }
        return RecordSets.format(writer, recordSchema, attributes, log)
                .accepting(record -> AvroRecords.record(record, recordSchema));
    }

    /** An invalid record as the quarantine takes it. */
    GenericRecord quarantined(Outcome.Invalid misfit, Origin origin) {
        return new QuarantinedRecord(
                        misfit.quarantineId(),
                        misfit.ingestId(),
                        Preparation.STAGE,
                        misfit.reasons(),
                        misfit.original(),
                        origin.source(),
                        clock.instant())
                .toAvro();
    }
}
