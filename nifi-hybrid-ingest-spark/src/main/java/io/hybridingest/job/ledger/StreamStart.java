package io.hybridingest.job.ledger;

import io.hybridingest.job.ledger.QuarantineWatch.SetBack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a stream begins: what its checkpoint, the table and the topic say, held against each other. The table is the one
 * that is believed, as its commits say what it holds.
 */
public sealed interface StreamStart {
    /**
     * The checkpoint is right.
     *
     * @param offsets partition → where the table is known to have all before
     */
    record Resume(SortedMap<Integer, Long> offsets) implements StreamStart {}

    /**
     * A new checkpoint has to be begun.
     *
     * @param offsets partition → first offset to read, for every partition of the topic
     * @param why for the log
     * @param acceptedLoss what is lost by it, null where nothing is
     */
    record Begin(SortedMap<Integer, Long> offsets, String why, String acceptedLoss) implements StreamStart {}

    /**
     * Going on would lose records, or the checkpoint cannot be this table's.
     *
     * @param isLoss whether records are lost, or else the checkpoint contradicts the table
     * @param why a sentence with the numbers
     */
    record Refuse(boolean isLoss, String why) implements StreamStart {}

    /**
     * What the person who starts the run has said.
     *
     * @param atLatest whether a pipeline that never ran begins at the topic's end
     * @param acceptLoss whether to go on although records are gone
     * @param restartFrom where to begin whatever the checkpoint says, null to go on
     */
    record Wishes(boolean atLatest, boolean acceptLoss, RestartFrom restartFrom) {}

    /** The topic, whenever it is asked. */
    interface Topic {
        String name();

        /** As it is now. */
        TopicState now() throws InterruptedException;

        /**
         * Whether there is a record, and not only markers, between offsets. Asked only where checkpoint and table leave it open.
         *
         * @param from partition → first offset
         * @param to partition → offset after the last one
         */
        boolean hasRecords(SortedMap<Integer, Long> from, SortedMap<Integer, Long> to);
    }

    /** Both tables, whenever they are asked. */
    interface Tables {
        /** The newest commit of the lane in the table. */
        Optional<CommitMetadata> newest();

        /** Whether the quarantine table lacks what it had at a commit to the table. */
        Optional<SetBack> quarantineSetBackSince(Optional<CommitMetadata> commit);
    }

    /**
     * What checkpoint and tables say at one moment.
     *
     * @param checkpoint empty where no micro-batch was ever planned
     * @param newest the lane's newest commit in the table
     * @param setBack empty where the quarantine table has what it had
     */
    record Known(
            Optional<QueryCheckpoint.Saying> checkpoint, Optional<CommitMetadata> newest, Optional<SetBack> setBack) {
        /**
         * Reads checkpoint and table until nothing is written to the table meanwhile: beside a driver that still runs, one would else be of another
         * micro-batch than the other, and a checkpoint that is right would be put aside.
         */
        static Known read(QueryCheckpoint checkpoint, Tables tables, String topic) {
            Optional<CommitMetadata> before;
            Optional<CommitMetadata> after = tables.newest();
            Optional<QueryCheckpoint.Saying> saying;
            do {
                before = after;
                saying = checkpoint.read(topic, before);
                after = tables.newest();
            } while (!after.equals(before));
            return new Known(saying, before, tables.quarantineSetBackSince(before));
        }
    }

    /**
     * What begins, and in which topic.
     *
     * @param start how the stream begins
     * @param topic the topic that was held against checkpoint and table
     */
    record Decision(StreamStart start, TopicState topic) {}

    /**
     * Decides. The topic is looked at last: a driver that still runs may write what has come since an earlier look, and the table would seem to
     * have read beyond the topic's end.
     */
    static Decision decide(QueryCheckpoint checkpoint, Tables tables, Topic topic, Wishes wishes)
            throws InterruptedException {
        Known known = Known.read(checkpoint, tables, topic.name());
        TopicState now = topic.now();
        return new Decision(new Comparison(known, now, topic, wishes).result(), now);
    }

    /** All of them side by side. */
    final class Comparison {
        private static final String TABLE = "table";

        private final Optional<QueryCheckpoint.Saying> checkpoint;
        private final SortedMap<Integer, Long> held;
        private final Optional<String> heldId;
        private final Optional<SetBack> setBack;
        private final TopicState topic;
        private final Topic records;
        private final Wishes wishes;

        Comparison(Known known, TopicState topic, Topic records, Wishes wishes) {
            this.checkpoint = known.checkpoint();
            this.held = known.newest()
                    .map(commit -> commit.offsets().get(topic.name()))
                    .orElseGet(TreeMap::new);
            this.heldId = known.newest().map(commit -> commit.topicIds().get(topic.name()));
            this.setBack = known.setBack();
            this.topic = topic;
            this.records = records;
            this.wishes = wishes;
        }

        StreamStart result() {
            Optional<String> known = heldId.or(() -> checkpoint.flatMap(QueryCheckpoint.Saying::topicId));
            if (known.isPresent() && !known.get().equals(topic.id())) {
                return remade(known.get());
            }
            if (wishes.restartFrom() == RestartFrom.EARLIEST) {
                return new Begin(topic.beginnings(), "The run was told to begin at the earliest record", null);
            }
            if (setBack.isPresent()) {
                return setBack.get().isOtherTable()
                        ? withNewQuarantine()
                        : withQuarantineSetBack(setBack.get().newest());
            }
            if (checkpoint.isEmpty() || wishes.restartFrom() == RestartFrom.TABLE) {
                return withoutCheckpoint();
            }
            return withCheckpoint(checkpoint.get());
        }

        private StreamStart remade(String known) {
            String why = heldId.isEmpty()
                    ? "The checkpoint is of another topic than %1$s (its id is %2$s, that of %1$s is %3$s): the definition names another one now, or it was deleted and made anew before the table had a record of it. What is left of the other topic is not read"
                            .formatted(topic.name(), known, topic.id())
                    : "The topic %s was deleted and made anew since the table was written (its id was %s and is %s). Of the old topic the table has what came before offsets %s; what came after is gone"
                            .formatted(topic.name(), known, topic.id(), held);
            return wishes.acceptLoss()
                    ? new Begin(topic.beginnings(), why + ", which was accepted", why)
                    : new Refuse(true, why + ".");
        }

        private StreamStart withNewQuarantine() {
            String why =
                    "The quarantine table was deleted and made anew: what had been refused of topic %s before offsets %s is gone from it"
                            .formatted(topic.name(), held);
            if (!wishes.acceptLoss()) {
                return new Refuse(
                        true,
                        why
                                + ". --restart-from earliest reads again, and refuses again, what the topic still has; what the table has is not inserted twice.");
            }
            List<String> lost = new ArrayList<>(List.of(why));
            lost.addAll(lost(held, TABLE));
            return begin(held, why + ", which was accepted", lost);
        }

        /** What the table has is not inserted twice, so that all is read again that the quarantine table may lack. */
        private StreamStart withQuarantineSetBack(Optional<CommitMetadata> newest) {
            SortedMap<Integer, Long> kept = newest.filter(
                            commit -> topic.id().equals(commit.topicIds().get(topic.name())))
                    .map(commit -> commit.offsets().get(topic.name()))
                    .orElseGet(TreeMap::new);
            SortedMap<Integer, Long> position = new TreeMap<>();
            held.forEach((partition, end) -> position.put(partition, Math.min(end, kept.getOrDefault(partition, 0L))));
            return bounded(
                    position,
                    "The quarantine table was set back: reading again what came after its newest commit that is left",
                    "quarantine table");
        }

        private StreamStart withoutCheckpoint() {
            if (held.isEmpty()) {
                return new Begin(
                        wishes.atLatest() ? topic.ends() : topic.beginnings(), "Neither checkpoint nor table", null);
            }
            return bounded(held, "There is no checkpoint to go on with: going on where the table ends");
        }

        private StreamStart withCheckpoint(QueryCheckpoint.Saying saying) {
            if (held.isEmpty()) {
                return new Refuse(
                        false,
                        "The checkpoint has read topic %s up to %s, and the table knows nothing of it: it is another table, or was made anew."
                                .formatted(topic.name(), saying.planned()));
            }
            boolean isOfOtherTopic =
                    saying.topicId().filter(id -> !id.equals(topic.id())).isPresent();
            boolean isBehind = isOfOtherTopic || isBehindSomewhere(saying.planned(), held);
            boolean isAhead = !isOfOtherTopic && isBehindSomewhere(held, saying.planned());
            boolean isOtherBatch =
                    saying.atNewest().filter(ends -> !ends.equals(held)).isPresent();
            if (isBehind && isAhead || !isBehind && isOtherBatch) {
                return new Refuse(
                        false,
                        "The checkpoint is not this table's: it has read topic %s up to %s, and the table's newest commit says %s."
                                .formatted(topic.name(), saying.planned(), held));
            }
            if (isBehind) {
                return bounded(
                        held,
                        "The checkpoint is older than the table (%s): going on where the table ends"
                                .formatted(saying.planned()));
            }
            if (isBehindSomewhere(held, saying.done()) && records.hasRecords(stillThere(held), saying.done())) {
                return bounded(
                        held,
                        "The checkpoint has read up to %s, and the table lacks records of that, as one does that was restored: going on where the table ends"
                                .formatted(saying.done()));
            }
            SortedMap<Integer, Long> position = new TreeMap<>(saying.done());
            held.forEach((partition, end) -> position.merge(partition, end, Math::max));
            return lost(position, TABLE).isEmpty() ? new Resume(position) : bounded(position, "Records are gone");
        }

        /** Whether a partition that both know is less far in the first, or is unknown to it. */
        private static boolean isBehindSomewhere(SortedMap<Integer, Long> first, SortedMap<Integer, Long> second) {
            return second.entrySet().stream().anyMatch(end -> first.getOrDefault(end.getKey(), -1L) < end.getValue());
        }

        /** The same, but not before the topic's beginnings. */
        private SortedMap<Integer, Long> stillThere(SortedMap<Integer, Long> position) {
            SortedMap<Integer, Long> there = new TreeMap<>(topic.beginnings());
            position.forEach((partition, next) -> there.merge(partition, next, Math::max));
            return there;
        }

        private StreamStart bounded(SortedMap<Integer, Long> position, String why) {
            return bounded(position, why, TABLE);
        }

        /** @param lacking the table that does not have what comes from {@code position} on */
        private StreamStart bounded(SortedMap<Integer, Long> position, String why, String lacking) {
            List<String> lost = lost(position, lacking);
            if (!lost.isEmpty() && !wishes.acceptLoss()) {
                return new Refuse(true, "Topic %s: %s.".formatted(topic.name(), String.join("; ", lost)));
            }
            return begin(position, why, lost);
        }

        /** @param lost what was accepted as lost, may be empty */
        private Begin begin(SortedMap<Integer, Long> position, String why, List<String> lost) {
            SortedMap<Integer, Long> start = new TreeMap<>(topic.beginnings());
            start.replaceAll((partition, beginning) -> Math.min(
                    topic.ends().getOrDefault(partition, beginning),
                    Math.max(beginning, position.getOrDefault(partition, beginning))));
            return new Begin(start, why, lost.isEmpty() ? null : String.join("; ", lost));
        }

        private List<String> lost(SortedMap<Integer, Long> position, String lacking) {
            List<String> lost = new ArrayList<>();
            position.forEach((partition, next) -> {
                Long beginning = topic.beginnings().get(partition);
                Long end = topic.ends().get(partition);
                if (beginning == null || end == null) {
                    lost.add("partition %d is gone, of which the %s has what came before offset %d"
                            .formatted(partition, lacking, next));
                } else if (next < beginning) {
                    lost.add(
                            "of partition %d the offsets %d to %d are gone, which the %s does not have (the topic begins at %d now)"
                                    .formatted(partition, next, beginning - 1, lacking, beginning));
                } else if (next > end) {
                    lost.add("partition %d ends at offset %d, and the %s has it up to %d already"
                            .formatted(partition, end, lacking, next));
                }
            });
            return lost;
        }
    }
}
