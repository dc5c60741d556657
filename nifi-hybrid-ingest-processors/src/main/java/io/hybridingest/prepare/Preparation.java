package io.hybridingest.prepare;

import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.SystemFields;
import io.hybridingest.record.RecordJson;
import io.hybridingest.record.Redaction;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.serialization.record.Record;

/**
 * Makes records fit a pipeline: renames, fills in defaults, coerces to the schema, brings times to UTC, masks, drops, rescues what
 * the schema does not know, and stamps the identity. A record that does not fit is answered with every reason, not only
 * the first.
 *
 * <p>The definition is compiled once. Immutable and safe to share between threads; preparing is deterministic, so that the same
 * content prepared again has the same identities.
 */
public final class Preparation {
    /** The stage that quarantined records name. */
    public static final String STAGE = "prepare";

    private final Schema schema;
    private final RecordCoercer coercer;
    private final Redaction redaction;
    private final Reshaping reshaping;
    private final boolean masksFields;
    private final IdentityValues identity;
    private final int ingestIdPosition;
    private final int sourcePosition;
    private final int rescuedPosition;

    private Preparation(PipelineDefinition definition, byte[] maskKey) {
        schema = definition.wireSchema();
        CoercerCompiler.Root root = new CoercerCompiler(definition, schema, maskKey).compile();
        coercer = root.coercer();
        redaction = root.redaction();
        reshaping = root.reshaping();
        masksFields = !definition.prepare().mask().isEmpty();
        identity = switch (definition.identity()) {
            case Identity.Fields fields -> IdentityValues.of(schema, fields);
            case Identity.Position ignored -> null;
        };
        ingestIdPosition = schema.getField(SystemFields.INGEST_ID).pos();
        sourcePosition = schema.getField(SystemFields.SOURCE).pos();
        rescuedPosition = schema.getField(SystemFields.RESCUED).pos();
    }

    /**
     * Compiles a definition.
     *
     * @param definition valid as a whole, as {@link PipelineDefinition#fromYaml} makes it
     * @param maskKey key of {@code hash} masks, empty where there are none
     * @throws IllegalArgumentException where the definition contradicts itself
     */
    public static Preparation of(PipelineDefinition definition, byte[] maskKey) {
        return new Preparation(definition, maskKey);
    }

    /** Schema of prepared records, the pipeline's wire schema. */
    public Schema schema() {
        return schema;
    }

    /**
     * Prepares one record.
     *
     * @param record as the reader delivered it, with the types that it found
     * @param index index of the record in its content, from 0
     */
    public Outcome prepare(Record record, Origin origin, long index) {
        GenericRecord target = new GenericData.Record(schema);
        Findings findings = new Findings();
        Map<?, ?> values = record.toMap();
        coercer.fill(target, reshaping == null ? values : reshaping.apply(values), findings);
        String ingestId = ingestId(target, findings, origin, index);
        if (findings.hasMisfits(0)) {
            byte[] original = RecordJson.bytes(record, redaction);
            return new Outcome.Invalid(
                    findings.reasons(), original, ingestId, quarantineId(ingestId, original, origin, index));
        }
        target.put(ingestIdPosition, ingestId);
        target.put(sourcePosition, origin.source());
        target.put(rescuedPosition, findings.rescuedJson());
        return new Outcome.Prepared(target);
    }

    /** Two records that differ in a masked field only have one redacted original, and must not become one. */
    private String quarantineId(String ingestId, byte[] original, Origin origin, long index) {
        if (ingestId != null) {
            return ingestId;
        }
        return masksFields ? IngestId.ofPosition(origin.flowFile(), index) : IngestId.ofContent(original);
    }

    private String ingestId(GenericRecord target, Findings findings, Origin origin, long index) {
        if (identity == null) {
            return IngestId.ofPosition(origin.flowFile(), index);
        }
        return identity.isKnown(findings) ? identity.ingestId(target, findings) : null;
    }
}
