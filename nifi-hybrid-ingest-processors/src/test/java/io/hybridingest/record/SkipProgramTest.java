package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class SkipProgramTest {
    private static final Schema TREE = new Schema.Parser().parse("""
            {"type": "record", "name": "Tree", "fields": [
              {"name": "flag", "type": "boolean"},
              {"name": "weight", "type": "double"},
              {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 3}},
              {"name": "ratio", "type": "float"},
              {"name": "colour", "type": {"type": "enum", "name": "Colour", "symbols": ["RED", "GREEN"]}},
              {"name": "number", "type": "long"},
              {"name": "either", "type": ["null", "string", "int"]},
              {"name": "labels", "type": {"type": "map", "values": ["null", "double"]}},
              {"name": "children", "type": {"type": "array", "items": "Tree"}}]}""");

    @Test
    void stepsOverARecordThatHoldsItselfToTheByte() throws IOException {
        byte[] tree = encoded(tree(3));
        AvroCursor cursor = new AvroCursor();
        byte[] twice = Arrays.copyOf(tree, 2 * tree.length);
        System.arraycopy(tree, 0, twice, tree.length, tree.length);
        cursor.reset(twice, 0, twice.length);

        SkipProgram.of(List.of(TREE)).run(cursor);

        assertThat(cursor.position()).isEqualTo(tree.length);
        SkipProgram.of(List.of(TREE)).run(cursor);
        assertThat(cursor.remaining()).isZero();
    }

    @Test
    void stepsOverBlocksOfItemsThatSayHowLongTheyAre() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().blockingBinaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(TREE).write(tree(6), encoder);
        encoder.flush();
        AvroCursor cursor = new AvroCursor();
        cursor.reset(out.toByteArray(), 0, out.size());

        SkipProgram.of(List.of(TREE)).run(cursor);

        assertThat(cursor.remaining()).isZero();
    }

    @Test
    void noticesBytesThatEndTooSoonWhereverThatIs() throws IOException {
        byte[] tree = encoded(tree(2));
        AvroCursor cursor = new AvroCursor();
        SkipProgram program = SkipProgram.of(List.of(TREE));
        for (int length = 0; length < tree.length; length++) {
            cursor.reset(tree, 0, length);
            assertThatThrownBy(() -> program.run(cursor))
                    .as("%d of %d bytes", length, tree.length)
                    .isInstanceOf(AvroRuntimeException.class)
                    .hasMessageContaining("ends in the middle");
        }
    }

    private static GenericRecord tree(int depth) {
        GenericRecord tree = new GenericData.Record(TREE);
        tree.put("flag", depth % 2 == 0);
        tree.put("weight", 1.5);
        tree.put("hash", new GenericData.Fixed(TREE.getField("hash").schema(), new byte[] {1, 2, 3}));
        tree.put("ratio", 2.5f);
        tree.put("colour", new GenericData.EnumSymbol(TREE.getField("colour").schema(), "GREEN"));
        tree.put("number", Long.MIN_VALUE + depth);
        tree.put("either", depth % 3 == 0 ? null : depth % 3 == 1 ? "text" : (Object) depth);
        tree.put("labels", java.util.Map.of("a", 1.0, "b", 2.0));
        tree.put("children", depth == 0 ? List.of() : List.of(tree(depth - 1), tree(depth - 1)));
        return tree;
    }

    private static byte[] encoded(GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(TREE).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
