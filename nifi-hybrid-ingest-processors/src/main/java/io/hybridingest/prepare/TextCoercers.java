package io.hybridingest.prepare;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** Coercion to text, bytes, booleans, enums and UUIDs. */
final class TextCoercers {
    private static final int UUID_LENGTH = 36;
    private static final int LONGEST_FLAG = 20;
    private static final int UUID_BYTES = 16;
    /** Larger exponents than this stay exponents: to write 1e999999999 out takes a gigabyte. */
    private static final int MOST_ZEROS = 1_000;

    static final String BROKEN_CHARACTER = "has half a surrogate pair, which is no character";

    private TextCoercers() {}

    static Object toText(Object raw, Findings findings) {
        return switch (raw) {
            case CharSequence text when isWellFormed(text) -> text.toString();
            case CharSequence text -> findings.misfit(Code.WRONG_TYPE, BROKEN_CHARACTER, text);
            case Boolean flag -> flag.toString();
            case Character character -> character.toString();
            case BigDecimal number when Math.abs((long) number.scale()) <= MOST_ZEROS -> number.toPlainString();
            case Double number
            when Double.isFinite(number) -> BigDecimal.valueOf(number).toPlainString();
            case Float number when Float.isFinite(number) -> new BigDecimal(number.toString()).toPlainString();
            case Number number -> number.toString();
            case java.sql.Date date -> date.toString();
            case java.sql.Time time -> time.toString();
            case java.util.Date date -> date.toInstant().toString();
            case java.time.temporal.Temporal temporal -> temporal.toString();
            case UUID uuid -> uuid.toString();
            case Enum<?> symbol -> symbol.name();
            case null, default -> findings.misfit(Code.WRONG_TYPE, "is not text", raw);
        };
    }

    static Object toBoolean(Object raw, Findings findings) {
        if (raw instanceof Boolean) {
            return raw;
        }
        String text = raw instanceof CharSequence || raw instanceof Number ? raw.toString() : "";
        return switch (text.length() > LONGEST_FLAG ? "" : text.trim().toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "on", "1" -> true;
            case "false", "f", "no", "n", "off", "0" -> false;
            default -> findings.misfit(Code.WRONG_TYPE, "is not a boolean such as true or false", raw);
        };
    }

    /** Half of a surrogate pair has no encoding in UTF-8, and would become a question mark. */
    static boolean isWellFormed(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return StandardCharsets.UTF_8.newEncoder().canEncode(text);
            }
        }
        return true;
    }

    static Object toBytes(Object raw, Findings findings) {
        if (raw instanceof CharSequence text && !isWellFormed(text)) {
            return findings.misfit(Code.WRONG_TYPE, BROKEN_CHARACTER, raw);
        }
        byte[] bytes = bytesOf(raw);
        return bytes == null
                ? findings.misfit(Code.WRONG_TYPE, "is neither bytes nor text", raw)
                : ByteBuffer.wrap(bytes);
    }

    static Coercer fixed(Schema schema) {
        return (raw, findings) -> {
            if (raw instanceof CharSequence text && !isWellFormed(text)) {
                return findings.misfit(Code.WRONG_TYPE, BROKEN_CHARACTER, raw);
            }
            byte[] bytes = bytesOf(raw);
            if (bytes == null) {
                return findings.misfit(Code.WRONG_TYPE, "is neither bytes nor text", raw);
            }
            return bytes.length == schema.getFixedSize()
                    ? new GenericData.Fixed(schema, bytes)
                    : findings.misfit(
                            Code.OUT_OF_RANGE, "is not exactly " + schema.getFixedSize() + " bytes long", raw);
        };
    }

    static Coercer symbol(Schema schema) {
        return (raw, findings) -> {
            String text =
                    switch (raw) {
                        case Enum<?> symbol -> symbol.name();
                        case CharSequence characters -> characters.toString().trim();
                        case null, default -> null;
                    };
            if (text == null) {
                return findings.misfit(Code.WRONG_TYPE, "is not text", raw);
            }
            return schema.hasEnumSymbol(text)
                    ? new GenericData.EnumSymbol(schema, text)
                    : findings.misfit(
                            Code.NOT_ALLOWED, "is none of " + String.join(", ", schema.getEnumSymbols()), raw);
        };
    }

    static Object toUuidText(Object raw, Findings findings) {
        UUID uuid = uuidOf(raw);
        return uuid == null ? notUuid(raw, findings) : uuid.toString();
    }

    static Coercer uuidFixed(Schema schema) {
        return (raw, findings) -> {
            UUID uuid = uuidOf(raw);
            if (uuid == null) {
                return notUuid(raw, findings);
            }
            ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES);
            bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
            return new GenericData.Fixed(schema, bytes.array());
        };
    }

    private static Object notUuid(Object raw, Findings findings) {
        return findings.misfit(Code.WRONG_TYPE, "is not a UUID such as 123e4567-e89b-12d3-a456-426614174000", raw);
    }

    private static UUID uuidOf(Object raw) {
        if (raw instanceof UUID uuid) {
            return uuid;
        }
        String text = raw instanceof CharSequence characters && characters.length() < 2 * UUID_LENGTH
                ? characters.toString().trim()
                : "";
        if (text.length() != UUID_LENGTH) {
            return null;
        }
        try {
            UUID uuid = UUID.fromString(text);
            // Java takes hyphens in other places, too, and cuts off what is then too long.
            return uuid.toString().equalsIgnoreCase(text) ? uuid : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static byte[] bytesOf(Object raw) {
        return switch (raw) {
            case byte[] bytes -> bytes;
            case ByteBuffer buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield bytes;
            }
            case CharSequence text -> text.toString().getBytes(StandardCharsets.UTF_8);
            case Object[] items -> bytesOf(java.util.Arrays.asList(items));
            case List<?> items -> bytesOf(items);
            case null, default -> null;
        };
    }

    private static byte[] bytesOf(List<?> items) {
        byte[] bytes = new byte[items.size()];
        for (int i = 0; i < bytes.length; i++) {
            if (!(items.get(i) instanceof Number number)
                    || number.doubleValue() != number.intValue()
                    || number.intValue() < Byte.MIN_VALUE
                    || number.intValue() > 0xff) {
                return null;
            }
            bytes[i] = number.byteValue();
        }
        return bytes;
    }
}
