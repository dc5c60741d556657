package io.hybridingest.job.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import io.hybridingest.job.ledger.QuarantineWatch.SetBack;
import io.hybridingest.job.ledger.StreamStart.Begin;
import io.hybridingest.job.ledger.StreamStart.Refuse;
import io.hybridingest.job.ledger.StreamStart.Resume;
import io.hybridingest.job.ledger.StreamStart.Wishes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamStartTest {
    private static final Wishes NONE = new Wishes(false, false, null);
    private static final Wishes ACCEPT = new Wishes(false, true, null);
    private static final int GENERATION = 2;

    private final TopicState topic = new TopicState("orders", "new", offsets(0, 0), offsets(100, 100));

    private BiPredicate<SortedMap<Integer, Long>, SortedMap<Integer, Long>> records = (from, to) -> false;

    private Optional<SetBack> setBack = Optional.empty();

    @TempDir
    private Path home;

    @Test
    void aPipelineThatNeverRanBeginsWhereItIsToldTo() {
        assertBegins(decide(Optional.empty(), topic, NONE), offsets(0, 0), "Neither", null);
        assertBegins(
                decide(Optional.empty(), topic, new Wishes(true, false, null)), offsets(100, 100), "Neither", null);
    }

    @Test
    void whereAllAgreeItGoesOn() throws IOException {
        checkpoint(7, offsets(40, 50), true);

        assertThat(decide(held(7, offsets(40, 50)), topic, NONE)).isEqualTo(new Resume(offsets(40, 50)));
    }

    @Test
    void aMicroBatchThatACrashLeftUnfinishedIsRunAgain() throws IOException {
        checkpoint(6, offsets(20, 20), true);
        checkpoint(7, offsets(40, 50), false);

        assertThat(decide(held(6, offsets(20, 20)), topic, NONE))
                .as("before the table's commit")
                .isEqualTo(new Resume(offsets(20, 20)));
        assertThat(decide(held(7, offsets(40, 50)), topic, NONE)).as("after it").isEqualTo(new Resume(offsets(40, 50)));
    }

    @Test
    void aDriverThatStillRunsMayFinishAMicroBatchInBetween() throws IOException {
        checkpoint(7, offsets(40, 50), true);
        checkpoint(8, offsets(60, 60), true);
        records = (from, to) -> true;
        Iterator<Optional<CommitMetadata>> looks = List.of(
                        held(7, offsets(40, 50)), held(8, offsets(60, 60)), held(8, offsets(60, 60)))
                .iterator();

        assertThat(decide(looks::next, topic, NONE)).isEqualTo(new Resume(offsets(60, 60)));
        assertThat(looks).isExhausted();
    }

    @Test
    void aDriverThatStillRunsMayWriteWhatHasJustCome() throws IOException {
        checkpoint(7, offsets(40, 50), true);
        AtomicLong end = new AtomicLong(40);
        Supplier<Optional<CommitMetadata>> written = () -> {
            end.set(50);
            return held(7, offsets(40, 50));
        };

        assertThat(decide(
                        written,
                        () -> new TopicState("orders", "new", offsets(0, 0), offsets(end.get(), end.get())),
                        NONE))
                .isEqualTo(new Resume(offsets(40, 50)));
    }

    @Test
    void aCheckpointThatIsAheadForBatchesWithoutRowsIsRight() throws IOException {
        checkpoint(6, offsets(20, 20), true);
        checkpoint(9, offsets(60, 60), true);

        assertThat(decide(held(6, offsets(20, 20)), topic, NONE)).isEqualTo(new Resume(offsets(60, 60)));
    }

    @Test
    void aTableThatLacksRecordsOfTheCheckpointGetsThemAgain() throws IOException {
        checkpoint(6, offsets(20, 20), true);
        checkpoint(9, offsets(60, 60), true);
        records = (from, to) -> from.equals(offsets(20, 20)) && to.equals(offsets(60, 60));

        assertBegins(
                decide(held(6, offsets(20, 20)), topic, NONE),
                offsets(20, 20),
                "The checkpoint has read up to {0=60, 1=60}, and the table lacks records of that",
                null);
    }

    @Test
    void whatTheTopicHasForgottenIsNotLookedFor() throws IOException {
        checkpoint(6, offsets(20, 20), true);
        checkpoint(9, offsets(60, 60), true);
        records = (from, to) -> from.get(0) < 50;
        TopicState trimmed = new TopicState("orders", "new", offsets(50, 10), offsets(100, 100));

        assertThat(decide(held(6, offsets(20, 20)), trimmed, NONE)).isEqualTo(new Resume(offsets(60, 60)));
    }

    @Test
    void withoutCheckpointItGoesOnWhereTheTableEnds() {
        assertBegins(decide(held(7, offsets(40, 50)), topic, NONE), offsets(40, 50), "There is no checkpoint", null);
    }

    @Test
    void whereTheQuarantineTableWasSetBackWhatCameSinceIsReadAgain() throws IOException {
        checkpoint(7, offsets(40, 50), true);
        setBack = Optional.of(new SetBack(false, held(3, offsets(10, 60))));

        assertBegins(
                decide(held(7, offsets(40, 50)), topic, NONE),
                offsets(10, 50),
                "The quarantine table was set back: reading again what came after its newest commit that is left",
                null);
        Wishes fromTable = new Wishes(false, false, RestartFrom.TABLE);
        assertBegins(
                decide(held(7, offsets(40, 50)), topic, fromTable), offsets(10, 50), "The quarantine table was", null);
    }

    @Test
    void whereNothingIsLeftInQuarantineAllIsReadAgainThatTheTopicHas() throws IOException {
        checkpoint(7, offsets(40, 50), true);
        setBack = Optional.of(new SetBack(false, Optional.empty()));

        assertBegins(
                decide(held(7, offsets(40, 50)), topic, NONE), offsets(0, 0), "The quarantine table was set", null);

        TopicState trimmed = new TopicState("orders", "new", offsets(5, 0), offsets(100, 100));
        String loss =
                "of partition 0 the offsets 0 to 4 are gone, which the quarantine table does not have (the topic begins at 5 now)";
        assertRefused(decide(held(7, offsets(40, 50)), trimmed, NONE), true, loss);
        assertBegins(
                decide(held(7, offsets(40, 50)), trimmed, ACCEPT), offsets(5, 0), "The quarantine table was set", loss);
    }

    @Test
    void whatQuarantineHasOfATopicThatWasRemadeSinceSaysNothing() throws IOException {
        checkpoint(7, offsets(40, 50), true);
        TopicState other = new TopicState("orders", "newer", offsets(0, 0), offsets(100, 100));
        setBack = Optional.of(new SetBack(false, held(3, offsets(10, 60))));
        assertBegins(
                decide(held(7, offsets(40, 50), "newer"), other, NONE),
                offsets(0, 0),
                "The quarantine table was set back",
                null);
    }

    @Test
    void aQuarantineTableThatWasMadeAnewIsRefusedUntilSomebodyDecides() throws IOException {
        checkpoint(7, offsets(40, 50), true);
        setBack = Optional.of(new SetBack(true, Optional.empty()));
        String loss =
                "The quarantine table was deleted and made anew: what had been refused of topic orders before offsets {0=40, 1=50} is gone from it";

        assertRefused(decide(held(7, offsets(40, 50)), topic, NONE), true, loss, "--restart-from earliest");
        assertBegins(decide(held(7, offsets(40, 50)), topic, ACCEPT), offsets(40, 50), loss, loss);
        assertBegins(
                decide(held(7, offsets(40, 50)), topic, new Wishes(false, false, RestartFrom.EARLIEST)),
                offsets(0, 0),
                "The run was told to begin at the earliest record",
                null);
        TopicState trimmed = new TopicState("orders", "new", offsets(60, 0), offsets(100, 100));
        assertBegins(
                decide(held(7, offsets(40, 50)), trimmed, ACCEPT),
                offsets(60, 50),
                loss,
                "of partition 0 the offsets 40 to 59 are gone, which the table does not have");
    }

    @Test
    void aCheckpointRestoredFromAnEarlierTimeIsReplaced() throws IOException {
        checkpoint(5, offsets(10, 50), true);

        assertBegins(decide(held(7, offsets(40, 50)), topic, NONE), offsets(40, 50), "The checkpoint is older", null);
    }

    @Test
    void aPartitionThatTheTableDoesNotKnowIsReadFromItsBeginning() {
        TopicState wider = new TopicState(
                "orders",
                "new",
                new TreeMap<>(Map.of(0, 0L, 1, 0L, 2, 5L)),
                new TreeMap<>(Map.of(0, 100L, 1, 100L, 2, 9L)));

        assertBegins(
                decide(held(7, offsets(40, 50)), wider, NONE),
                new TreeMap<>(Map.of(0, 40L, 1, 50L, 2, 5L)),
                "There is no checkpoint",
                null);
    }

    @Test
    void aCheckpointThatContradictsTheTableIsRefused() throws IOException {
        checkpoint(7, offsets(80, 10), true);

        assertRefused(
                decide(held(7, offsets(40, 50)), topic, NONE),
                false,
                "is not this table's",
                "{0=80, 1=10}",
                "{0=40, 1=50}");
    }

    @Test
    void aMicroBatchOfTheSameNumberWithOtherOffsetsIsRefused() throws IOException {
        checkpoint(7, offsets(80, 60), true);

        assertRefused(decide(held(7, offsets(40, 50)), topic, NONE), false, "is not this table's");
    }

    @Test
    void aCheckpointOfATableThatKnowsNothingOfItIsRefused() throws IOException {
        checkpoint(7, offsets(80, 60), true);

        assertRefused(decide(Optional.empty(), topic, NONE), false, "was made anew");
    }

    @Test
    void whatIsContradictoryGoesOnAsItIsToldTo() throws IOException {
        checkpoint(7, offsets(80, 10), true);

        assertBegins(
                decide(held(7, offsets(40, 50)), topic, new Wishes(false, false, RestartFrom.TABLE)),
                offsets(40, 50),
                "There is no checkpoint",
                null);
        assertBegins(
                decide(held(7, offsets(40, 50)), topic, new Wishes(false, false, RestartFrom.EARLIEST)),
                offsets(0, 0),
                "The run was told",
                null);
    }

    @Test
    void offsetsThatExpiredUnreadAreNamedAndRefusedUntilTheyAreAccepted() throws IOException {
        checkpoint(7, offsets(40, 50), true);
        TopicState trimmed = new TopicState("orders", "new", offsets(45, 50), offsets(100, 100));
        String gone = "of partition 0 the offsets 40 to 44 are gone";

        assertRefused(decide(held(7, offsets(40, 50)), trimmed, NONE), true, gone);
        assertBegins(decide(held(7, offsets(40, 50)), trimmed, ACCEPT), offsets(45, 50), "Records are gone", gone);
    }

    @Test
    void offsetsThatExpiredAfterTheTableHadThemAreNoLoss() {
        TopicState trimmed = new TopicState("orders", "new", offsets(40, 50), offsets(100, 100));

        assertBegins(decide(held(7, offsets(40, 50)), trimmed, NONE), offsets(40, 50), "There is no checkpoint", null);
    }

    @Test
    void aTopicThatEndsBeforeTheTableIsRefused() throws IOException {
        checkpoint(7, offsets(40, 50), true);
        TopicState shorter = new TopicState("orders", "new", offsets(0, 0), offsets(100, 30));

        assertRefused(
                decide(held(7, offsets(40, 50)), shorter, NONE),
                true,
                "partition 1 ends at offset 30, and the table has it up to 50");
        assertBegins(
                decide(held(7, offsets(40, 50)), shorter, ACCEPT),
                offsets(40, 30),
                "Records are gone",
                "partition 1 ends at offset 30");
    }

    @Test
    void aTopicOfTheSameNameMadeAnewIsRefusedThoughItIsLongerAlready() throws IOException {
        checkpoint(7, offsets(40, 50), true);
        TopicState remade = new TopicState("orders", "newer", offsets(0, 0), offsets(1000, 1000));

        assertRefused(
                decide(held(7, offsets(40, 50)), remade, NONE),
                true,
                "was deleted and made anew",
                "its id was new and is newer");
        assertRefused(
                decide(held(7, offsets(40, 50)), remade, new Wishes(false, false, RestartFrom.EARLIEST)),
                true,
                "was deleted and made anew");
        assertBegins(
                decide(held(7, offsets(40, 50)), remade, ACCEPT),
                offsets(0, 0),
                "The topic orders was deleted",
                "what came after is gone");
    }

    @Test
    void aCheckpointOfTheTopicBeforeIsReplacedOnceTheTableHasTheNewOne() throws IOException {
        checkpoint(7, offsets(80, 80), true);
        Files.writeString(home.resolve("_topic_id"), "old");

        assertBegins(decide(held(-1, offsets(0, 0)), topic, NONE), offsets(0, 0), "The checkpoint is older", null);
    }

    @Test
    void aCheckpointThatIsPutAsideStaysBesideTheNewOne() throws IOException {
        Path used = home.resolve("stream");
        QueryCheckpoint checkpoint = new QueryCheckpoint(hadoop(used), new Configuration());
        checkpoint.setAside();
        for (int round = 0; round < 2; round++) {
            Files.createDirectories(used.resolve("offsets"));
            Files.writeString(used.resolve("offsets/0"), "round " + round);
            assertThat(checkpoint.isUsed()).isTrue();
            checkpoint.setAside();
            assertThat(checkpoint.isUsed()).isFalse();
        }

        assertThat(home.resolve("stream-replaced/offsets/0")).hasContent("round 0");
        assertThat(home.resolve("stream-replaced-2/offsets/0")).hasContent("round 1");
    }

    private static void assertBegins(StreamStart start, SortedMap<Integer, Long> offsets, String why, String loss) {
        assertThat(start)
                .asInstanceOf(InstanceOfAssertFactories.type(Begin.class))
                .satisfies(begin -> {
                    assertThat(begin.offsets()).isEqualTo(offsets);
                    assertThat(begin.why()).startsWith(why);
                    if (loss == null) {
                        assertThat(begin.acceptedLoss()).isNull();
                    } else {
                        assertThat(begin.acceptedLoss()).contains(loss);
                    }
                });
    }

    private static void assertRefused(StreamStart start, boolean isLoss, String... said) {
        assertThat(start)
                .asInstanceOf(InstanceOfAssertFactories.type(Refuse.class))
                .satisfies(refusal -> {
                    assertThat(refusal.isLoss()).isEqualTo(isLoss);
                    assertThat(refusal.why()).contains(said);
                });
    }

    private StreamStart decide(Optional<CommitMetadata> newest, TopicState of, Wishes wishes) {
        return decide(() -> newest, of, wishes);
    }

    private StreamStart decide(Supplier<Optional<CommitMetadata>> newest, TopicState of, Wishes wishes) {
        return decide(newest, () -> of, wishes);
    }

    private StreamStart decide(Supplier<Optional<CommitMetadata>> newest, Supplier<TopicState> of, Wishes wishes) {
        StreamStart.Topic asked = new StreamStart.Topic() {
            @Override
            public String name() {
                return topic.name();
            }

            @Override
            public TopicState now() {
                return of.get();
            }

            @Override
            public boolean hasRecords(SortedMap<Integer, Long> from, SortedMap<Integer, Long> to) {
                return records.test(from, to);
            }
        };
        QueryCheckpoint checkpoint = new QueryCheckpoint(hadoop(home), new Configuration());
        try {
            return StreamStart.decide(checkpoint, tables(newest), asked, wishes).start();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private StreamStart.Tables tables(Supplier<Optional<CommitMetadata>> newest) {
        return new StreamStart.Tables() {
            @Override
            public Optional<CommitMetadata> newest() {
                return newest.get();
            }

            @Override
            public Optional<SetBack> quarantineSetBackSince(Optional<CommitMetadata> commit) {
                return setBack;
            }
        };
    }

    private static org.apache.hadoop.fs.Path hadoop(Path path) {
        return new org.apache.hadoop.fs.Path(path.toUri());
    }

    private static Optional<CommitMetadata> held(long batchId, SortedMap<Integer, Long> ends) {
        return held(batchId, ends, "new");
    }

    private static Optional<CommitMetadata> held(long batchId, SortedMap<Integer, Long> ends, String topicId) {
        return Optional.of(new CommitMetadata(
                "orders",
                Lane.STREAM,
                1,
                GENERATION,
                batchId,
                new TreeMap<>(Map.of("orders", ends)),
                null,
                RowCounts.NONE,
                null,
                new TreeMap<>(Map.of("orders", topicId)),
                null));
    }

    /** What Spark leaves of a micro-batch. */
    private void checkpoint(long batchId, SortedMap<Integer, Long> ends, boolean isFinished) throws IOException {
        Files.createDirectories(home.resolve("offsets"));
        Files.writeString(home.resolve("_generation"), Integer.toString(GENERATION));
        Files.writeString(
                home.resolve("offsets/" + batchId),
                "v1\n{}\n" + SourceOffsets.toJson(new TreeMap<>(Map.of("orders", ends))));
        if (isFinished) {
            Files.createDirectories(home.resolve("commits"));
            Files.writeString(home.resolve("commits/" + batchId), "v1\n{}");
        }
    }

    private static SortedMap<Integer, Long> offsets(long first, long second) {
        return new TreeMap<>(Map.of(0, first, 1, second));
    }
}
