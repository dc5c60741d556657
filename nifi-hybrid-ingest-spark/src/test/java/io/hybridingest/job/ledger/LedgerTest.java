package io.hybridingest.job.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.job.ledger.QuarantineWatch.SetBack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final SortedMap<String, SortedMap<Integer, Long>> OFFSETS =
            new TreeMap<>(Map.of("orders", new TreeMap<>(Map.of(0, 12L, 1, 3L))));

    private static final SortedMap<String, String> TOPICS = new TreeMap<>(Map.of("orders", "an-id"));

    /** The generation of {@link #commit}. */
    private static final Generation GENERATION = new Generation(2, false);

    private final Configuration hadoop = new Configuration();

    @TempDir
    private Path table;

    @Test
    void aCommitSaysHowFarItsSourceWasRead() throws IOException {
        CommitMetadata commit = commit(Lane.STREAM, 4);

        assertThat(new ObjectMapper().readTree(commit.toJson())).isEqualTo(new ObjectMapper().readTree("""
                {"pipeline": "orders", "lane": "stream", "epoch": 4, "generation": 2, "batchId": 7,
                 "offsets": {"orders": {"0": 12, "1": 3}}, "rowsIn": 10, "rowsQuarantined": 2, "rowsDropped": 1,
                 "topicIds": {"orders": "an-id"}}"""));
        assertThat(CommitMetadata.fromJson(commit.toJson())).contains(commit);
    }

    @Test
    void aCommitSaysHowFarTheQuarantineTableWasFollowed() throws IOException {
        CommitMetadata commit = commit(Lane.STREAM, 4).withQuarantine(new QuarantineMark("its-id", 12));

        assertThat(new ObjectMapper().readTree(commit.toJson()).path("quarantine"))
                .isEqualTo(new ObjectMapper().readTree("{\"tableId\": \"its-id\", \"version\": 12}"));
        assertThat(CommitMetadata.fromJson(commit.toJson())).contains(commit);
        assertThat(commit.withRows(CommitMetadata.RowCounts.NONE).quarantine()).isEqualTo(commit.quarantine());
    }

    @Test
    void aQuarantineTableThatWasSetBackOrMadeAnewIsToldFromOneThatGrew() throws IOException {
        write(0, commit(Lane.STREAM, 3));
        write(1, commit(Lane.STREAM, 3));
        QuarantineWatch watch = new QuarantineWatch("its-id", open(Lane.STREAM));
        QuarantineMark mark = watch.mark(3);
        assertThat(mark).isEqualTo(new QuarantineMark("its-id", 1));
        Optional<CommitMetadata> marked = Optional.of(commit(Lane.STREAM, 3).withQuarantine(mark));

        assertThat(watch.since(marked)).isEmpty();
        assertThat(watch.since(Optional.empty())).as("a lane that never wrote").isEmpty();
        assertThat(watch.since(Optional.of(commit(Lane.STREAM, 3))))
                .as("a commit that says nothing of it")
                .isEmpty();
        assertThat(new QuarantineWatch("other-id", open(Lane.STREAM)).since(marked))
                .contains(new SetBack(true, Optional.empty()));
        assertThat(new QuarantineWatch("other-id", open(Lane.STREAM))
                        .since(Optional.of(commit(Lane.STREAM, 3).withQuarantine(new QuarantineMark("its-id", 0)))))
                .as("one that was never written")
                .isEmpty();

        write(2, commit(Lane.BATCH, 9));
        assertThat(new QuarantineWatch("its-id", open(Lane.STREAM)).since(marked))
                .isEmpty();
        Files.writeString(
                table.resolve("_delta_log/%020d.json".formatted(3)),
                "{\"commitInfo\":{\"operation\":\"RESTORE\",\"operationParameters\":{\"version\":0}}}\n");
        write(4, commit(Lane.BATCH, 9));
        assertThat(new QuarantineWatch("its-id", open(Lane.STREAM)).since(marked))
                .contains(new SetBack(false, Optional.of(commit(Lane.STREAM, 3))));
        assertThat(new QuarantineWatch("its-id", open(Lane.STREAM))
                        .since(Optional.of(commit(Lane.STREAM, 3).withQuarantine(new QuarantineMark("its-id", 3)))))
                .as("a commit that came after it")
                .isEmpty();
        assertThat(new QuarantineWatch("its-id", open(Lane.STREAM))
                        .since(Optional.of(commit(Lane.STREAM, 3).withQuarantine(new QuarantineMark("its-id", 5)))))
                .as("a log that is shorter than it was")
                .contains(new SetBack(false, Optional.of(commit(Lane.STREAM, 3))));
    }

    @Test
    void otherPeoplesMetadataAreNotTheJobs() {
        assertThat(CommitMetadata.fromJson("compacted by Anna")).isEmpty();
        assertThat(CommitMetadata.fromJson("{\"lane\": \"x\"}")).isEmpty();
        assertThat(CommitMetadata.fromJson("{\"pipeline\": \"p\", \"lane\": \"slow\", \"epoch\": 1}"))
                .isEmpty();
        assertThat(CommitMetadata.fromJson("[]")).isEmpty();
    }

    @Test
    void aTableThatIsNotThereHasNoCommits() {
        TableLedger ledger = open(Lane.STREAM);

        assertThat(ledger.newest()).isEmpty();
        assertThatCode(() -> ledger.requireNewest(0)).doesNotThrowAnyException();
    }

    @Test
    void aNewerEpochOfTheSameLaneFencesAlsoWhenItComesLater() throws IOException {
        write(0, commit(Lane.STREAM, 3));
        write(1, commit(Lane.BATCH, 99));
        TableLedger ledger = open(Lane.STREAM);
        assertThat(ledger.newest()).map(CommitMetadata::epoch).contains(3L);
        ledger.requireNewest(3);

        write(2, commit(Lane.STREAM, 4));
        write(3, commit(Lane.STREAM, 3));

        assertThatThrownBy(() -> ledger.requireNewest(3))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("Version 2 of " + table + " was written by epoch 4 of the stream lane");
        assertThatCode(() -> ledger.requireNewest(4)).doesNotThrowAnyException();
    }

    @Test
    void whatARestoreTookAwayIsNotSaidAnyMore() throws IOException {
        write(0, commit(Lane.STREAM, 3));
        write(1, commit(Lane.BATCH, 5));
        write(2, commit(Lane.STREAM, 4));
        TableLedger running = open(Lane.STREAM);
        Files.writeString(
                table.resolve("_delta_log/%020d.json".formatted(3)),
                "{\"commitInfo\":{\"operation\":\"RESTORE\",\"operationParameters\":{\"version\":1,\"timestamp\":null}}}\n");

        assertThatThrownBy(() -> running.requireNewest(4))
                .isInstanceOf(TableRestoredException.class)
                .hasMessageContaining("Version 3 of " + table + " is a RESTORE");
        assertThat(open(Lane.STREAM).newest()).map(CommitMetadata::epoch).contains(3L);
        assertThat(open(Lane.BATCH).newest()).map(CommitMetadata::epoch).contains(5L);
    }

    @Test
    void aRestoreToATimeTakesAllAway() throws IOException {
        write(0, commit(Lane.STREAM, 3));
        write(1, commit(Lane.STREAM, 4));
        Files.writeString(
                table.resolve("_delta_log/%020d.json".formatted(2)),
                "{\"commitInfo\":{\"operation\":\"RESTORE\",\"operationParameters\":{\"version\":null,\"timestamp\":\"2026-01-31\"}}}\n");

        assertThat(open(Lane.STREAM).newest()).map(CommitMetadata::epoch).contains(3L);
    }

    @Test
    void readsALogWhoseBeginningIsGone() throws IOException {
        write(1000, commit(Lane.STREAM, 3));
        write(1001, commit(Lane.STREAM, 5));

        assertThatThrownBy(() -> open(Lane.STREAM).requireNewest(4)).isInstanceOf(FencedException.class);
    }

    @Test
    void findsTheLanesNewestCommitHoweverManyOthersCameAfterIt() throws IOException {
        write(0, commit(Lane.STREAM, 3));
        TableLedger batch = open(Lane.BATCH);
        for (int version = 1; version <= 500; version++) {
            write(version, batch.userMetadata(commit(Lane.BATCH, 1)));
        }
        cleanUpBefore(400);

        TableLedger stream = open(Lane.STREAM);

        assertThat(stream.newest()).contains(commit(Lane.STREAM, 3));
        assertThatThrownBy(() -> stream.requireNewest(2))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("Version 0 of " + table);
    }

    @Test
    void findsItBehindCommitsThatTellOfNothing() throws IOException {
        write(0, commit(Lane.STREAM, 3));
        for (int version = 1; version <= 500; version++) {
            write(version, "compacted by Anna");
        }

        assertThat(open(Lane.STREAM).newest()).contains(commit(Lane.STREAM, 3));
    }

    @Test
    void aCommitThatKnewNotOfItsPredecessorsHidesNothing() throws IOException {
        write(0, commit(Lane.STREAM, 3));
        TableLedger batch = open(Lane.BATCH);
        String metadata = batch.userMetadata(commit(Lane.BATCH, 1));
        write(1, commit(Lane.STREAM, 4));
        write(2, metadata);

        assertThat(open(Lane.STREAM).newest()).contains(commit(Lane.STREAM, 4));
    }

    @Test
    void aRunThatWasReplacedSaysNothingNewThoughItCommitsLate() throws IOException {
        write(0, commit(Lane.STREAM, 4));
        write(1, commit(Lane.STREAM, 3));

        assertThat(open(Lane.STREAM).newest()).contains(commit(Lane.STREAM, 4));
    }

    @Test
    void otherPipelinesOfTheTableAreCarriedToo() throws IOException {
        write(0, commit(Lane.STREAM, 3));
        TableLedger other = TableLedger.open(table.toString(), "refunds", Lane.STREAM, hadoop);
        write(1, other.userMetadata(commit("refunds", Lane.STREAM, 8)));
        cleanUpBefore(1);

        assertThat(open(Lane.STREAM).newest()).contains(commit(Lane.STREAM, 3));
        assertThat(TableLedger.open(table.toString(), "refunds", Lane.STREAM, hadoop)
                        .newest())
                .contains(commit("refunds", Lane.STREAM, 8));
    }

    @Test
    void aRunThatIsReplacedWhileItRetriesStopsBeforeItWrites() throws IOException {
        write(0, commit(Lane.STREAM, 3));
        TableLedger zombie = open(Lane.STREAM);
        zombie.userMetadata(commit(Lane.STREAM, 3));
        write(1, commit(Lane.STREAM, 4));

        assertThatThrownBy(() -> zombie.userMetadata(commit(Lane.STREAM, 3))).isInstanceOf(FencedException.class);
    }

    @Test
    void aNewCheckpointIsANewGenerationAndKeepsItsNumber() throws IOException {
        org.apache.hadoop.fs.Path checkpoint =
                new org.apache.hadoop.fs.Path(table.resolve("checkpoint").toUri());
        assertThat(Generation.of(checkpoint, open(Lane.STREAM), hadoop)).isEqualTo(new Generation(0, true));
        write(0, commit(Lane.STREAM, 3));
        Files.createFile(table.resolve("checkpoint/metadata"));
        assertThat(Generation.of(checkpoint, open(Lane.STREAM), hadoop)).isEqualTo(new Generation(0, false));

        org.apache.hadoop.fs.Path next =
                new org.apache.hadoop.fs.Path(table.resolve("next").toUri());

        assertThat(Generation.of(next, open(Lane.STREAM), hadoop)).isEqualTo(new Generation(3, true));
    }

    @Test
    void readsTheOffsetsThatSparkHasPlanned() throws IOException {
        Path offsets = Files.createDirectories(table.resolve("checkpoint/offsets"));
        Files.writeString(offsets.resolve("5"), "v1\n{\"batchWatermarkMs\":0}\n{\"orders\":{\"0\":12,\"1\":3}}");
        org.apache.hadoop.fs.Path checkpoint =
                new org.apache.hadoop.fs.Path(table.resolve("checkpoint").toUri());

        assertThat(PlannedBatch.of(checkpoint, 5, hadoop).offsets()).isEqualTo(OFFSETS);
        assertThat(PlannedBatch.of(checkpoint, 6, hadoop).offsets()).isEmpty();
        assertThat(SourceOffsets.toJson(OFFSETS)).isEqualTo("{\"orders\":{\"0\":12,\"1\":3}}");
    }

    @Test
    void aLaneThatNeverReadHasReachedNothing() {
        assertThat(SourceOffsets.reached(Optional.empty(), GENERATION, checkpoint(), hadoop))
                .isEmpty();
    }

    @Test
    void withoutCheckpointALaneHasReachedWhatTheTableHolds() {
        Optional<CommitMetadata> newest = Optional.of(commit(Lane.STREAM, 3));

        assertThat(SourceOffsets.reached(newest, new Generation(3, true), checkpoint(), hadoop))
                .isEqualTo(OFFSETS);
    }

    @Test
    void aMicroBatchThatLeftNothingForTheTableCountsToo() throws IOException {
        finished(7, 12);
        finished(10, 40);
        planned(11, 50);

        assertThat(SourceOffsets.reached(Optional.of(commit(Lane.STREAM, 3)), GENERATION, checkpoint(), hadoop))
                .as("batch 7 is the table's newest, 10 the last that ended, 11 has not")
                .isEqualTo(offsets(40));
    }

    @Test
    void aMicroBatchThatACrashKeptFromTheCheckpointCountsToo() throws IOException {
        finished(6, 2);
        planned(7, 12);

        assertThat(SourceOffsets.reached(Optional.of(commit(Lane.STREAM, 3)), GENERATION, checkpoint(), hadoop))
                .isEqualTo(OFFSETS);
    }

    @Test
    void microBatchesOfAnOlderGenerationAreNotCompared() throws IOException {
        finished(0, 40);

        assertThat(SourceOffsets.reached(
                        Optional.of(commit(Lane.STREAM, 3)), new Generation(3, false), checkpoint(), hadoop))
                .isEqualTo(offsets(40));
    }

    @Test
    void whatIsNoKafkaOffsetIsEmpty() {
        assertThat(SourceOffsets.parse("42")).isEmpty();
        assertThat(SourceOffsets.parse("{\"logOffset\":3}")).isEmpty();
        assertThat(SourceOffsets.parse(null)).isEmpty();
    }

    private org.apache.hadoop.fs.Path checkpoint() {
        return new org.apache.hadoop.fs.Path(table.resolve("checkpoint").toUri());
    }

    /** What Spark leaves of a micro-batch that has ended. */
    private void finished(long batchId, long end) throws IOException {
        planned(batchId, end);
        Path commits = Files.createDirectories(table.resolve("checkpoint/commits"));
        Files.writeString(commits.resolve(Long.toString(batchId)), "v1\n{\"nextBatchWatermarkMs\":0}");
        Files.createFile(commits.resolve(".%d.crc".formatted(batchId)));
    }

    private void planned(long batchId, long end) throws IOException {
        Path offsets = Files.createDirectories(table.resolve("checkpoint/offsets"));
        Files.writeString(
                offsets.resolve(Long.toString(batchId)),
                "v1\n{\"batchWatermarkMs\":0}\n" + SourceOffsets.toJson(offsets(end)));
    }

    private static SortedMap<String, SortedMap<Integer, Long>> offsets(long end) {
        return new TreeMap<>(Map.of("orders", new TreeMap<>(Map.of(0, end, 1, 3L))));
    }

    private TableLedger open(Lane lane) {
        return TableLedger.open(table.toString(), "orders", lane, hadoop);
    }

    private static CommitMetadata commit(Lane lane, long epoch) {
        return commit("orders", lane, epoch);
    }

    private static CommitMetadata commit(String pipeline, Lane lane, long epoch) {
        return new CommitMetadata(
                pipeline, lane, epoch, 2, 7, OFFSETS, null, new CommitMetadata.RowCounts(10, 2, 1), null, TOPICS, null);
    }

    /** As Delta does after {@code delta.logRetentionDuration}. */
    private void cleanUpBefore(long version) throws IOException {
        for (long old = 0; old < version; old++) {
            Files.delete(table.resolve("_delta_log/%020d.json".formatted(old)));
        }
    }

    /** A commit as Delta writes it. */
    private void write(long version, CommitMetadata commit) throws IOException {
        write(version, commit.toJson());
    }

    private void write(long version, String userMetadata) throws IOException {
        Path log = Files.createDirectories(table.resolve("_delta_log"));
        String quoted = new ObjectMapper().writeValueAsString(userMetadata);
        Files.writeString(
                log.resolve("%020d.json".formatted(version)),
                "{\"commitInfo\":{\"timestamp\":1,\"operation\":\"MERGE\",\"userMetadata\":" + quoted
                        + "}}\n{\"add\":{}}\n");
    }
}
