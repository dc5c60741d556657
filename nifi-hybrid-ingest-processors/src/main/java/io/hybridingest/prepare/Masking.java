package io.hybridingest.prepare;

import io.hybridingest.pipeline.Prepare;
import io.hybridingest.record.Redaction;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Hides a text. Implementations are safe to share between threads. */
@FunctionalInterface
interface Masking {
    /** The text with its meaning hidden; never null. */
    String mask(String text);

    /**
     * The masking that a definition asks for.
     *
     * @param key key of {@code hash}, at least one byte where that is asked for
     */
    static Masking of(Prepare.Mask mask, byte[] key) {
        return switch (mask) {
            case KEEP_LAST_4 -> Masking::keepLastFour;
            case REDACT -> text -> Redaction.HIDDEN;
            case HASH -> hash(key);
        };
    }

    /** A text of four characters or fewer would be shown whole: it is hidden whole. */
    private static String keepLastFour(String text) {
        int characters = text.codePointCount(0, text.length());
        int shown = characters > 4 ? 4 : 0;
        return "*".repeat(characters - shown) + text.substring(text.offsetByCodePoints(text.length(), -shown));
    }

    private static Masking hash(byte[] key) {
        if (key.length == 0) {
            throw new IllegalArgumentException("A field is masked by hash, and there is no key. Set the Mask Key.");
        }
        SecretKeySpec secret = new SecretKeySpec(key, "HmacSHA256");
        // A Mac serves one thread at a time, and costs more to look up and key than to use.
        ThreadLocal<Mac> macs = ThreadLocal.withInitial(() -> keyed(secret));
        return text -> HexFormat.of().formatHex(macs.get().doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Mac keyed(SecretKeySpec secret) {
        try {
            Mac mac = Mac.getInstance(secret.getAlgorithm());
            mac.init(secret);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java has HmacSHA256", e);
        }
    }
}
