package io.hybridingest.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.nifi.serialization.record.Record;

/**
 * Records that wait in memory, no more of them than about {@link #ROOM} bytes: a few records where they are large, thousands where
 * they are small. Not safe for several threads.
 */
final class HeldRecords {
    /** What the records held may weigh, in bytes of heap as far as that can be told without measuring. */
    static final long ROOM = 2L * 1024 * 1024;

    private static final int OBJECT = 32;
    private static final int ENTRY = 64;

    private List<Record> records = new ArrayList<>();
    private long weight;

    /** Keeps a record, unless there is no room for it. */
    boolean add(Record record) {
        if (weight >= ROOM) {
            return false;
        }
        weight += weight(record);
        if (weight >= ROOM) {
            return false;
        }
        records.add(record);
        return true;
    }

    /** Gives the records away. */
    List<Record> release() {
        List<Record> released = records;
        records = List.of();
        weight = ROOM;
        return released;
    }

    private static long weight(Object value) {
        return switch (value) {
            case null -> 0;
            case CharSequence text -> OBJECT + text.length();
            case byte[] bytes -> OBJECT + bytes.length;
            case Record record -> OBJECT + entries(record.toMap());
            case Map<?, ?> map -> OBJECT + entries(map);
            case Object[] items -> OBJECT + items(Arrays.asList(items));
            case Iterable<?> items -> OBJECT + items(items);
            default -> OBJECT;
        };
    }

    private static long entries(Map<?, ?> map) {
        long weight = 0;
        for (Object value : map.values()) {
            weight += ENTRY + weight(value);
        }
        return weight;
    }

    private static long items(Iterable<?> items) {
        long weight = 0;
        for (Object item : items) {
            weight += Long.BYTES + weight(item);
        }
        return weight;
    }
}
