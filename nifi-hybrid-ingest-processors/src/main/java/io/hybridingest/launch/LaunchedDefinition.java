package io.hybridingest.launch;

import io.hybridingest.pipeline.DefinitionChange;
import io.hybridingest.pipeline.InvalidDefinitionException;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What the ingest job's stream was launched with: the state of its checkpoint and its table, as far as it can be known without
 * reading them. The next definition is held against it. It lives in the ledger, not in the run directory alone, because another
 * node of a cluster has to know it too.
 *
 * @param definition of the pipeline
 * @param checkpoint base directory of the checkpoints
 */
record LaunchedDefinition(PipelineDefinition definition, String checkpoint) {
    /** Names of the entries, for whoever has to forget them. */
    static final Map<String, String> NONE = Map.of("definition", "", "checkpoint", "");

    private static final String DEFINITION = "definition";
    private static final String CHECKPOINT = "checkpoint";
    private static final String CHECKPOINT_KEY = "spark.hybridingest.checkpoint";
    private static final String ELSEWHERE =
            "set " + CHECKPOINT_KEY + " in the Spark Submit Service to another directory";

    /**
     * What stands against a newer definition.
     *
     * @param upon what the checkpoint cannot take, which nobody can wave through
     * @param within what the table or the topic cannot take, unless somebody knows better
     */
    record Objections(List<DefinitionChange> upon, List<DefinitionChange> within) {
        Objections {
            upon = List.copyOf(upon);
            within = List.copyOf(within);
        }
    }

    /** Of a launch with a definition. @param settings every Spark conf of the launch */
    static LaunchedDefinition of(PipelineDefinition definition, Map<String, String> settings) {
        return new LaunchedDefinition(
                definition,
                settings.getOrDefault(CHECKPOINT_KEY, definition.table().path() + "/_checkpoints"));
    }

    /** As a run directory has it; empty where it has no definition, or one that this version does not understand. */
    static Optional<LaunchedDefinition> in(RunDirectory directory) throws IOException {
        if (!Files.exists(directory.pipelineFile())) {
            return Optional.empty();
        }
        Map<String, String> settings = directory.properties();
        return read(Files.readString(directory.pipelineFile())).map(definition -> of(definition, settings));
    }

    /** As a ledger has it; empty where it has none, or one that this version does not understand. */
    static Optional<LaunchedDefinition> in(Map<String, String> entries) throws IOException {
        String packed = entries.get(DEFINITION);
        if (packed == null || !entries.containsKey(CHECKPOINT)) {
            return Optional.empty();
        }
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(packed)))) {
            return read(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .map(definition -> new LaunchedDefinition(definition, entries.get(CHECKPOINT)));
        }
    }

    private static Optional<PipelineDefinition> read(String json) {
        try {
            return Optional.of(PipelineDefinition.fromJson(json));
        } catch (InvalidDefinitionException ofAnotherVersion) {
            return Optional.empty();
        }
    }

    /** Entries for a ledger. The definition is packed, as a cluster's state has little room. */
    Map<String, String> entries() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(definition.toJson().getBytes(StandardCharsets.UTF_8));
        }
        return Map.of(DEFINITION, Base64.getEncoder().encodeToString(packed.toByteArray()), CHECKPOINT, checkpoint);
    }

    /** What stands against launching another after this one. @param lossIsAccepted by the other launch's settings */
    Objections against(LaunchedDefinition next, boolean lossIsAccepted) {
        boolean sameTable =
                definition.table().path().equals(next.definition.table().path());
        return new Objections(
                checkpoint.equals(next.checkpoint) ? upon(next, sameTable, lossIsAccepted) : List.of(),
                sameTable ? definition.compatibilityWith(next.definition).breaks() : List.of());
    }

    private List<DefinitionChange> upon(LaunchedDefinition next, boolean sameTable, boolean lossIsAccepted) {
        List<DefinitionChange> changes = new ArrayList<>();
        if (!sameTable) {
            changes.add(new DefinitionChange(
                    "table.path",
                    change(definition.table().path(), next.definition.table().path()) + ", and the checkpoint "
                            + checkpoint + " says that what it has read is in the first",
                    "Keep the table, or " + ELSEWHERE + ", so that the topic is read from its beginning"));
        }
        if (!Objects.equals(definition.name(), next.definition.name())) {
            changes.add(new DefinitionChange(
                    "pipeline",
                    change(definition.name(), next.definition.name()) + ", and the checkpoint " + checkpoint
                            + " is the first one's",
                    "Keep the name, or " + ELSEWHERE
                            + ": the topic is then read from its beginning, and what the table has"
                            + " already is not inserted twice"));
        }
        String before = definition.stream().topic();
        String now = next.definition.stream().topic();
        if (!before.equals(now) && !lossIsAccepted) {
            changes.add(new DefinitionChange(
                    "stream.topic",
                    change(before, now) + ", and the checkpoint " + checkpoint
                            + " is of the first, of which nothing more would be read",
                    "Take it back until the stream has read " + before + " to its end; then " + ELSEWHERE + ", or "
                            + Succession.ACCEPT_LOSS + " to true for one start"));
        }
        return changes;
    }

    private static String change(String before, String now) {
        return "was '" + before + "' and is '" + now + "'";
    }
}
