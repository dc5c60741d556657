package io.hybridingest.pipeline;

import java.math.BigDecimal;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Computes the identity that makes "once" possible: the same record has the same id, wherever and whenever it is read.
 *
 * <p>An id is the first 16 bytes of a SHA-256, in 32 lower-case hex digits. What is hashed is a canonical text that any
 * language can write. Every value becomes {@code <tag><length>:<payload>}, where {@code length} is the number of bytes of
 * the payload in decimal digits:
 *
 * <table>
 * <caption>Encoding of values</caption>
 * <tr><th>value</th><th>tag</th><th>payload</th></tr>
 * <tr><td>null</td><td>{@code z}</td><td>nothing</td></tr>
 * <tr><td>text (any {@link CharSequence})</td><td>{@code s}</td><td>UTF-8</td></tr>
 * <tr><td>boolean</td><td>{@code b}</td><td>{@code true} or {@code false}</td></tr>
 * <tr><td>whole number of any width</td><td>{@code i}</td><td>decimal digits, {@code -} before negative ones</td></tr>
 * <tr><td>float, double</td><td>{@code d}</td><td>the IEEE 754 bits of the value as a double, 16 lower-case hex digits;
 *     -0.0 as 0.0, one NaN</td></tr>
 * <tr><td>{@link BigDecimal}</td><td>{@code n}</td><td>{@code <unscaled>e<exponent>} without trailing zeros: 1.50 is
 *     {@code 15e-1}, 100 is {@code 1e2}, 0.00 is {@code 0e0}</td></tr>
 * <tr><td>bytes</td><td>{@code x}</td><td>the bytes</td></tr>
 * <tr><td>{@link Instant}</td><td>{@code t}</td><td>whole microseconds since 1970-01-01T00:00:00Z, rounded down, in
 *     decimal digits</td></tr>
 * <tr><td>{@link LocalDate}</td><td>{@code a}</td><td>ISO-8601, such as {@code 2024-01-31}</td></tr>
 * <tr><td>{@link LocalTime}, {@link LocalDateTime}</td><td>{@code s}</td><td>ISO-8601, as text: {@code 10:15},
 *     {@code 10:15:30}, {@code 10:15:30.250} or {@code 10:15:30.250001}, whichever is the shortest that loses nothing; a date
 *     and {@code T} before it</td></tr>
 * <tr><td>list</td><td>{@code l}</td><td>the encoded elements, one after the other</td></tr>
 * <tr><td>map</td><td>{@code m}</td><td>per entry the encoded key (as text) and the encoded value, in the order of the
 *     keys' UTF-8 bytes</td></tr>
 * </table>
 *
 * <p>{@link #ofValues} hashes the values as one list: {@code ["AA", 42]} is {@code l10:s2:AAi2:42}. {@link #ofPosition}
 * hashes a list of its own tag, {@code p}, so that no values can be mistaken for a position. {@link #ofContent} hashes
 * the content as it is, so that {@code sha256sum} finds the same digits.
 *
 * <p>A record is encoded as the map of its fields, an enum as the text of its symbol: whoever has these converts them first.
 * Test vectors for other languages are in {@code docs/ingest-id-vectors.json}.
 *
 * <p>The encoding never changes: an id is compared with the ids of years of rows.
 * Stateless to its callers: safe for many threads.
 */
public final class IngestId {
    private static final int ID_BYTES = 16;
    private static final char LIST = 'l';
    private static final char POSITION = 'p';

    private static final int SHA_256_BYTES = 32;
    private static final int BUFFER_BYTES = 256;

    /** A larger buffer is not kept for the thread's next id. */
    private static final int MOST_BUFFER_BYTES = 64 * 1024;

    /** Each thread's own, for an id per record. Both hold classes of Java's only, so that no thread keeps this one loaded. */
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(IngestId::sha256);

    private static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

    private IngestId() {}

    /**
     * Identity of a record from the values of its identity fields.
     *
     * @param values the values in the order of the definition; null, String (or another CharSequence), Boolean, Integer,
     *     Long (or Byte, Short, BigInteger), Float, Double, BigDecimal, byte[] (or ByteBuffer, left as it was), Instant,
     *     LocalDate, LocalTime, LocalDateTime, List, Map with keys of text
     * @return 32 lower-case hex digits
     * @throws IllegalArgumentException where a value is of another type
     * @throws ArithmeticException where an Instant does not fit microseconds in 64 bits
     */
    public static String ofValues(List<?> values) {
        return hash(LIST, values);
    }

    /**
     * Identity of a record that has none of its own.
     *
     * @param flowFile identifier of the FlowFile
     * @param index index of the record in it, from 0
     */
    public static String ofPosition(String flowFile, long index) {
        return hash(POSITION, List.of(flowFile, index));
    }

    /** Identity of content that could not be read as a record: its hash. */
    public static String ofContent(byte[] content) {
        return hash(content, 0, new byte[SHA_256_BYTES]);
    }

    /** The canonical bytes of the values, as they are hashed. */
    static byte[] encode(List<?> values) {
        IdentityBytes encoded = new IdentityBytes(new byte[BUFFER_BYTES]);
        encoded.list(LIST, values);
        return Arrays.copyOfRange(encoded.bytes(), encoded.start(), encoded.bytes().length);
    }

    private static String hash(char tag, List<?> values) {
        byte[] kept = BUFFER.get();
        IdentityBytes encoded = new IdentityBytes(kept);
        encoded.list(tag, values);
        byte[] buffer = encoded.bytes();
        if (buffer != kept && buffer.length <= MOST_BUFFER_BYTES) {
            BUFFER.set(buffer);
        }
        return hash(buffer, encoded.start(), buffer);
    }

    /** @param result where the digest is put, which may be the bytes themselves */
    private static String hash(byte[] bytes, int start, byte[] result) {
        MessageDigest sha256 = SHA_256.get();
        try {
            sha256.update(bytes, start, bytes.length - start);
            sha256.digest(result, 0, SHA_256_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("A SHA-256 has " + SHA_256_BYTES + " bytes", e);
        }
        return HexFormat.of().formatHex(result, 0, ID_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
