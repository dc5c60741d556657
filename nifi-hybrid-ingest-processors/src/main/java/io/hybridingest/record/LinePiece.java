package io.hybridingest.record;

import io.hybridingest.record.ContentLines.Line;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.serialization.record.Record;

/**
 * What a reader of its own makes of some lines.
 */
sealed interface LinePiece {
    /** It came to the end, or to one record more than there are lines. */
    record Whole(List<Record> records) implements LinePiece {
        public Whole {
            records = List.copyOf(records);
        }
    }

    /** It broke off. */
    record Broken(UnreadableContentException reason) implements LinePiece {}

    /**
     * Reads lines as if they were all of the content.
     *
     * @param header what to put in front of them, may be empty
     */
    static LinePiece read(LineSalvage.Reader reader, byte[] header, List<Line> lines) {
        byte[] content = content(header, lines);
        List<Record> records = new ArrayList<>(lines.size());
        try (RecordInput input = reader.open(new ByteArrayInputStream(content), content.length)) {
            for (Optional<Record> next = input.next(); next.isPresent(); next = input.next()) {
                records.add(next.get());
                if (records.size() > lines.size()) {
                    break;
                }
            }
            return new Whole(records);
        } catch (UnreadableContentException e) {
            return new Broken(e);
        }
    }

    /** Whether it is as many records as given, and nothing else. */
    default boolean holds(int count) {
        return this instanceof Whole(List<Record> records) && records.size() == count;
    }

    private static byte[] content(byte[] header, List<Line> lines) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(header);
        for (Line line : lines) {
            content.writeBytes(line.bytes());
            if (line.bytes()[line.bytes().length - 1] != '\n') {
                content.write('\n');
            }
        }
        return content.toByteArray();
    }
}
