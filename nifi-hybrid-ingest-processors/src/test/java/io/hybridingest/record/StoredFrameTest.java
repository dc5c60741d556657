package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredFrameTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 255, 256, 257, 511, 512, StoredFrame.LONGEST})
    void isAFrameToZstandardItself(int length) {
        byte[] content = bytes(length);
        byte[] frame = frame(content);

        assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(length);
        assertThat(Zstd.decompress(frame, length)).isEqualTo(content);
        assertThat(StoredFrame.content(frame, frame.length)).isEqualTo(ByteBuffer.wrap(content));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 200, 1000})
    void leavesFramesOfAnyOtherKindToZstandard(int length) throws IOException {
        byte[] same = new byte[length];
        byte[] compressed = Zstd.compress(same, 1);
        try (BlockCodec codec = BlockCodec.named("zstandard")) {
            ByteBuffer undone = codec.decompress(compressed, compressed.length);
            assertThat(undone).isEqualTo(ByteBuffer.wrap(same));
        }
        assertThat(StoredFrame.content(compressed, compressed.length))
                .satisfiesAnyOf(content -> assertThat(content).isNull(), content -> assertThat(content)
                        .isEqualTo(ByteBuffer.wrap(same)));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 300})
    void isNotTakenForWholeWhenItIsCutOff(int contentLength) throws IOException {
        byte[] frame = frame(bytes(contentLength));
        try (BlockCodec codec = BlockCodec.named("zstandard")) {
            for (int length = 0; length < frame.length; length++) {
                byte[] cut = Arrays.copyOf(frame, length);
                assertThat(StoredFrame.content(cut, length))
                        .as("%d bytes", length)
                        .isNull();
                if (length > 0) {
                    assertThatIOException().isThrownBy(() -> codec.decompress(cut, cut.length));
                }
            }
        }
    }

    /** Whatever the damage, nothing is given out that zstandard itself would not give out. */
    @Test
    void agreesWithZstandardAboutDamagedFrames() {
        byte[] frame = frame(bytes(300));
        int headerLength = frame.length - 300;
        for (int at = 0; at < headerLength; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] damaged = frame.clone();
                damaged[at] ^= (byte) (1 << bit);
                ByteBuffer content = StoredFrame.content(damaged, damaged.length);
                if (content != null) {
                    assertThat(Zstd.decompress(damaged, content.remaining()))
                            .isEqualTo(Arrays.copyOfRange(damaged, content.position(), content.limit()));
                }
            }
        }
    }

    private static byte[] frame(byte[] content) {
        byte[] frame = new byte[content.length + StoredFrame.overhead()];
        int length = StoredFrame.write(content, content.length, frame);
        return Arrays.copyOf(frame, length);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
