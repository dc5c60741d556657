package io.hybridingest.nifi.processors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Bytes that mean nothing to a record reader, the same in every run. */
final class RandomBytes {
    private static final long SEED = 20240131;

    private RandomBytes() {}

    static List<byte[]> several(int count, int longest) {
        Random random = new Random(SEED);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] bytes = new byte[random.nextInt(longest)];
                    random.nextBytes(bytes);
                    return bytes;
                })
                .toList();
    }

    /** Copies of the content with one bit flipped in each of them, everywhere in turn. */
    static List<byte[]> bitFlips(byte[] content) {
        Random random = new Random(SEED);
        return IntStream.range(0, content.length)
                .mapToObj(at -> {
                    byte[] flipped = content.clone();
                    flipped[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                    return flipped;
                })
                .toList();
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] zip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("content"));
            zip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
