package io.hybridingest.pipeline;

import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;

/** Finds everything that keeps a newer definition from following a definition. */
final class DefinitionComparison {
    private final PipelineDefinition older;
    private final PipelineDefinition newer;
    private final DefinitionChanges changes = new DefinitionChanges();

    private DefinitionComparison(PipelineDefinition older, PipelineDefinition newer) {
        this.older = older;
        this.newer = newer;
    }

    static Compatibility compare(PipelineDefinition older, PipelineDefinition newer) {
        DefinitionComparison comparison = new DefinitionComparison(older, newer);
        comparison.schemas();
        new IdentityComparison(older, newer, comparison.changes).compare();
        comparison.eventTime();
        comparison.normalise();
        comparison.places();
        return comparison.changes.result();
    }

    private void schemas() {
        new SchemaComparison(changes).records("", older.schema(), newer.schema());
        if (changes.compatible()) {
            requireAvroToAgree();
        }
    }

    /** Its checker has the last word about the records as they travel. */
    private void requireAvroToAgree() {
        try {
            SchemaCompatibility.SchemaPairCompatibility verdict =
                    SchemaCompatibility.checkReaderWriterCompatibility(newer.wireSchema(), older.wireSchema());
            if (verdict.getType() != SchemaCompatibilityType.COMPATIBLE) {
                disagree(verdict.getResult().getIncompatibilities().get(0).getMessage());
            }
        } catch (AvroRuntimeException e) {
            disagree(e.getMessage());
        }
    }

    private void disagree(String message) {
        changes.breaks(
                "schema",
                "Avro cannot read older records with it: " + DefinitionTree.cut(message),
                "Take the change back, or begin a pipeline of its own");
    }

    private void eventTime() {
        String before = older.eventTime().field();
        String now = newer.eventTime().field();
        Optional<String> nowAsBefore = FieldMatch.olderPath(older.schema(), newer.schema(), now);
        if (!nowAsBefore.equals(Optional.of(before))) {
            changes.breaks(
                    "event-time.field",
                    "was " + before + " and is " + now + ", so lateness and 'the newest wins' would compare times of"
                            + " different fields",
                    "Keep it, or begin a table of its own for the newer definition");
        }
    }

    /** What an incoming text means is part of the identity, where the identity is not text. */
    private void normalise() {
        if (newer.identity() instanceof Identity.Fields
                && !older.prepare().normalise().equals(newer.prepare().normalise())) {
            changes.note(
                    "prepare.normalise",
                    "reads text in another way than before: a record that is sent again gets another identity where a number or"
                            + " a time in its identity is read as another value",
                    "Change it between two deliveries, or keep it");
        }
    }

    private void places() {
        moved(
                "stream.topic",
                older.stream().topic(),
                newer.stream().topic(),
                "records that are still in the older one are not read");
        moved(
                "batch.landing",
                older.batch().landing(),
                newer.batch().landing(),
                "files that are still in the older one are not read");
        moved(
                "table.path",
                older.table().path(),
                newer.table().path(),
                "records that are in the older one are unknown to the newer one, and come in again when they are sent again");
        if (older.stream().topic().equals(newer.stream().topic())) {
            messages();
        }
        tombstone();
    }

    private void tombstone() {
        Tombstone before = older.table().tombstone();
        Tombstone now = newer.table().tombstone();
        if (before != null && (now == null || !now.column().equals(before.column()))) {
            changes.note(
                    "table.tombstone",
                    "was '" + before.column()
                            + "', and the markers of the rows that it has deleted become ordinary rows",
                    "Delete the rows in which it is true from the table, or keep it");
        }
    }

    private void moved(String path, String before, String now, String consequence) {
        if (!before.equals(now)) {
            changes.note(
                    path,
                    "was '" + before + "' and is '" + now + "', and " + consequence,
                    "Let the older definition finish what is there, or move it along");
        }
    }

    /** Messages name their schema by its fingerprint, and the job reads one schema. */
    private void messages() {
        Stream.Encoding before = older.stream().encoding();
        Stream.Encoding now = newer.stream().encoding();
        if (before != now) {
            changes.breaks(
                    "stream.encoding",
                    "was " + Choices.written(before) + " and is " + Choices.written(now)
                            + ", and messages that are still in the topic cannot be read",
                    "Let the stream lane read the topic to its end first, and name another topic");
        } else if (now == Stream.Encoding.AVRO && fingerprint(older) != fingerprint(newer)) {
            changes.note(
                    "schema",
                    "has another fingerprint than the messages that are still in the topic; the job reads them by Avro's rules"
                            + " of resolution",
                    "Nothing is to be done where a job has run with the definition before");
        }
    }

    private static long fingerprint(PipelineDefinition definition) {
        Schema wire = definition.wireSchema();
        return SchemaNormalization.parsingFingerprint64(wire);
    }
}
