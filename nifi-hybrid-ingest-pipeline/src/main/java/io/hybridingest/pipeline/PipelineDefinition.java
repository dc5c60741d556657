package io.hybridingest.pipeline;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;

/**
 * One pipeline, said once: the schema, identity, event time, checks, transform and lanes that every processor and both
 * Spark lanes share.
 *
 * <p>Immutable and safe to share between threads. An instance obtained from {@link #fromYaml} or {@link #fromJson} is
 * valid as a whole: its fields agree with each other.
 *
 * @param name pipeline name; default for the topic, the consumer group and the application name
 * @param schema Avro record schema of one input record, without the system fields
 * @param identity what makes two records the same record
 * @param eventTime the field that says when the record happened, and how late or early it may be
 * @param prepare what preprocessing does to a record before it has to fit the schema
 * @param checks Spark SQL conditions, in order
 * @param transform Spark SQL over the view {@code input}, one row out per row in
 * @param stream settings of the stream lane
 * @param batch settings of the batch lane
 * @param table the Delta table that both lanes write
 */
public record PipelineDefinition(
        String name,
        Schema schema,
        Identity identity,
        EventTime eventTime,
        Prepare prepare,
        List<Check> checks,
        String transform,
        Stream stream,
        Batch batch,
        Table table) {

    public PipelineDefinition {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(eventTime, "eventTime");
        Objects.requireNonNull(prepare, "prepare");
        checks = List.copyOf(checks);
        Objects.requireNonNull(transform, "transform");
        Objects.requireNonNull(stream, "stream");
        Objects.requireNonNull(batch, "batch");
        Objects.requireNonNull(table, "table");
    }

    /**
     * Reads a definition written in YAML.
     *
     * @param yaml the whole text, not null
     * @return a valid definition
     * @throws InvalidDefinitionException with every error found, each with its line and a remedy
     */
    public static PipelineDefinition fromYaml(String yaml) {
        return DefinitionReader.read(YamlTree.parse(yaml));
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws InvalidDefinitionException where the text is not a canonical definition
     */
    public static PipelineDefinition fromJson(String json) {
        return DefinitionReader.read(JsonTree.parse(json));
    }

    /** Canonical JSON: every default spelled out, keys in a fixed order, so that equal definitions are equal texts. */
    public String toJson() {
        return CanonicalJson.write(this);
    }

    /** SHA-256 of {@link #toJson} in lower-case hex: changes when, and only when, the definition's meaning may have. */
    public String fingerprint() {
        try {
            byte[] json = toJson().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /**
     * The schema of a prepared record, as it travels between the processors, through Kafka and in landing files: the
     * fields of {@link #schema} followed by the system fields {@link SystemFields#INGEST_ID} (string),
     * {@link SystemFields#SOURCE} (string) and {@link SystemFields#RESCUED} (nullable string, a JSON object).
     */
    public Schema wireSchema() {
        return WireSchema.of(schema);
    }

    /**
     * Whether a newer definition may follow this one: records that were prepared with this one can be read with the newer one by
     * Avro's rules of resolution and still mean the same, and a record that is sent again keeps its identity.
     *
     * @param newer the definition that is to follow, not null
     * @return everything that breaks, each with the field and what to do; and what is worth knowing besides
     */
    public Compatibility compatibilityWith(PipelineDefinition newer) {
        return DefinitionComparison.compare(this, newer);
    }
}
