package io.hybridingest.bench.publish;

import io.hybridingest.record.BlockCodec;
import io.hybridingest.record.ContainerBlocks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What undoing the compression of the containers takes, and nothing else: the peer has nothing of the kind, and a block of one
 * record takes almost as long as one of many.
 */
final class Decompression {
    private static final int ROUNDS = 5;
    private static final double NANOS_PER_MICRO = 1e3;

    private Decompression() {}

    /** The finding in a sentence. */
    static String measured(List<byte[]> containers, int records) {
        List<byte[]> blocks = new ArrayList<>();
        String codec = "";
        for (byte[] container : containers) {
            codec = addBlocks(container, blocks);
        }
        long best = Long.MAX_VALUE;
        try (BlockCodec undo = BlockCodec.named(codec)) {
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                for (byte[] block : blocks) {
                    undo.decompress(block, block.length);
                }
                best = Math.min(best, System.nanoTime() - start);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return String.format(
                Locale.ROOT,
                "  undoing %s alone: %.2f µs a record, %,.0f records/s",
                codec,
                best / NANOS_PER_MICRO / records,
                records * 1e9 / best);
    }

    private static String addBlocks(byte[] container, List<byte[]> blocks) {
        try (ContainerBlocks read = new ContainerBlocks(new ByteArrayInputStream(container))) {
            while (read.next()) {
                blocks.add(Arrays.copyOf(read.data(), read.length()));
            }
            return read.codec();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
