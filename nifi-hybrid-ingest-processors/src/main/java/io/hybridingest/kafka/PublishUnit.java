package io.hybridingest.kafka;

import io.hybridingest.kafka.PublishOutcome.Fate;
import io.hybridingest.kafka.PublishOutcome.Receipt;
import io.hybridingest.kafka.PublishOutcome.Unreadable;
import io.hybridingest.pipeline.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The sources that are published as one, and what is known about them from one attempt to the next: which of them cannot
 * be read, and which of their records Kafka will never take. During an attempt one thread asks for members and says what it
 * read of them, and another one rejects their records; between attempts for one thread.
 */
final class PublishUnit {
    private final RecordSources sources;
    private final List<Member> members = new ArrayList<>();
    private final NavigableMap<RecordPosition, Reason> rejected = new TreeMap<>();
    private long records;
    private boolean closed;

    PublishUnit(RecordSources sources) {
        this.sources = sources;
    }

    /** One source, and what the last attempt found out about it. */
    static final class Member {
        private final int index;
        private final RecordSource source;
        private long records;
        private String unreadable;

        private Member(int index, RecordSource source) {
            this.index = index;
            this.source = source;
        }

        int index() {
            return index;
        }

        RecordSource source() {
            return source;
        }

        boolean readable() {
            return unreadable == null;
        }
    }

    /** The member with this index; the first attempt asks for further ones until there are none. */
    Optional<Member> member(int index) {
        if (index == members.size() && !closed) {
            sources.next(records).ifPresent(source -> members.add(new Member(index, source)));
        }
        return index < members.size() ? Optional.of(members.get(index)) : Optional.empty();
    }

    /** Takes no further source: what has to be sent again is sent again as it is. */
    void close() {
        closed = true;
    }

    void read(Member member, long count) {
        records += count - member.records;
        member.records = count;
    }

    void unreadable(Member member, String why) {
        member.unreadable = why;
    }

    boolean isRejected(int source, long index) {
        return !rejected.isEmpty() && rejected.containsKey(new RecordPosition(source, index));
    }

    void reject(RecordPosition position, Reason reason) {
        rejected.put(position, reason);
    }

    /** What became of each source, once everything that is left is acknowledged. */
    List<Fate> fates() {
        return members.stream().map(this::fate).toList();
    }

    private Fate fate(Member member) {
        if (!member.readable()) {
            return new Unreadable(member.unreadable);
        }
        if (rejected.isEmpty()) {
            return new Receipt(member.records, List.of());
        }
        List<RejectedRecord> ofSource = rejected
                .subMap(new RecordPosition(member.index, 0), new RecordPosition(member.index + 1, 0))
                .entrySet()
                .stream()
                .map(entry -> new RejectedRecord(entry.getKey().index(), entry.getValue()))
                .toList();
        return new Receipt(member.records - ofSource.size(), ofSource);
    }
}
