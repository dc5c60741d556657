package io.hybridingest.record;

/**
 * Follows content through the grammar of JSON, byte by byte, and counts the values that are no objects where records are expected. At
 * the first byte that is no strict JSON it stops for good: content that only looks like JSON at its beginning is another reader's.
 * Values may follow one another at the top. Not safe for several threads.
 */
final class JsonValues {
    /** Deeper than NiFi's readers go before they fail. */
    private static final int DEEPEST = 1024;

    /** For each open array or object, the state behind a value directly in it. */
    private final byte[] open = new byte[DEEPEST + 1];

    private int state = JsonGrammar.START;
    private int depth;
    private int outermostObject;
    private long followed;
    private long objects;
    private long passedOver;
    private long firstPassedOver;
    private long objectsBefore;

    JsonValues() {
        open[0] = JsonGrammar.TOP;
    }

    /** The next bytes of the content. */
    void follow(byte[] bytes, int from, int to) {
        int now = state;
        int at = from;
        while (at < to && now != JsonGrammar.STOPPED) {
            if (JsonGrammar.isLong(now)) {
                at = leap(now, bytes, at, to);
                now = state;
                if (at == to) {
                    break;
                }
            }
            int next = bytes[at++] & 0xff;
            int then = JsonGrammar.next(now, next);
            now = then < JsonGrammar.ACTION ? then : act(then, next, followed + at - from);
        }
        state = now;
        followed += to - from;
    }

    /** Whether what was followed was no strict JSON, so that nothing more needs to be followed. */
    boolean isStopped() {
        return state == JsonGrammar.STOPPED;
    }

    /** Whether what was followed is strict JSON from its beginning to its end; nothing at all is, too. */
    boolean isWhole() {
        return depth == 0
                && switch (state) {
                    case JsonGrammar.START, JsonGrammar.TOP, JsonGrammar.TOP_WORD -> true;
                    case JsonGrammar.ZERO, JsonGrammar.INTEGER, JsonGrammar.FRACTION, JsonGrammar.EXPONENT_DIGITS ->
                        true;
                    default -> false;
                };
    }

    /** Number of objects where records are expected. */
    long objects() {
        return objects;
    }

    /** Number of other values where records are expected. */
    long passedOver() {
        return passedOver;
    }

    /** Where the first of these begins, in bytes of the content, the first of which is 1. */
    long firstPassedOver() {
        return firstPassedOver;
    }

    /** Number of objects before it. */
    long objectsBefore() {
        return objectsBefore;
    }

    /** Takes many bytes at once where that leads to the same state as taking each, says how far, and leaves the state there. */
    private int leap(int now, byte[] bytes, int at, int to) {
        if (now <= JsonGrammar.NAME) {
            return leapMembers(now, bytes, at, to);
        }
        state = now;
        return JsonGrammar.endOfPlainText(bytes, at, to);
    }

    /** Members whose value is a string without escapes, or a number without sign and exponent, up to the last that is whole. */
    private int leapMembers(int now, byte[] bytes, int from, int to) {
        int then = now;
        int at = from;
        while (at < to && bytes[at] == '"') {
            int value = JsonGrammar.endOfPlainText(bytes, at + 1, to);
            if (to - value < 4 || bytes[value] != '"' || bytes[value + 1] != ':') {
                break;
            }
            value += bytes[value + 2] == ' ' ? 3 : 2;
            int end = endOfPlainValue(bytes, value, to);
            if (to - end < 2) {
                state = JsonGrammar.VALUE;
                return value;
            }
            if (end == value || bytes[end] != ',') {
                state = end == value ? JsonGrammar.VALUE : JsonGrammar.AFTER_MEMBER;
                return end;
            }
            then = JsonGrammar.NAME;
            at = end + (bytes[end + 1] == ' ' ? 2 : 1);
        }
        state = then;
        return at;
    }

    /** Where such a value ends, which is where it begins for another. */
    private static int endOfPlainValue(byte[] bytes, int from, int to) {
        int first = bytes[from];
        if (first == '"') {
            int end = JsonGrammar.endOfPlainText(bytes, from + 1, to);
            return end < to && bytes[end] == '"' ? end + 1 : from;
        }
        return JsonGrammar.endOfPlainNumber(bytes, from, to);
    }

    private int act(int action, int next, long at) {
        return switch (action) {
            case JsonGrammar.OPEN_OBJECT -> openObject();
            case JsonGrammar.OPEN_ARRAY ->
                open(JsonGrammar.AFTER_ELEMENT, inObject() ? JsonGrammar.FIRST_VALUE : JsonGrammar.FIRST_RECORD);
            case JsonGrammar.CLOSE -> close();
            case JsonGrammar.END_TEXT -> open[depth];
            case JsonGrammar.END_WORD -> depth == 0 ? JsonGrammar.TOP_WORD : open[depth];
            case JsonGrammar.END_NUMBER -> endNumber(next, at);
            case JsonGrammar.COMMA -> inObject() ? JsonGrammar.VALUE : JsonGrammar.NEXT_RECORD;
            case JsonGrammar.PASSED_OVER -> passOver(next, at);
            default -> throw new IllegalStateException("The grammar has no action " + action);
        };
    }

    private boolean inObject() {
        return outermostObject > 0;
    }

    private int openObject() {
        if (!inObject()) {
            objects++;
            outermostObject = depth + 1;
        }
        return open(JsonGrammar.AFTER_MEMBER, JsonGrammar.FIRST_NAME);
    }

    private int open(int behindValue, int then) {
        if (depth == DEEPEST) {
            return JsonGrammar.STOPPED;
        }
        open[++depth] = (byte) behindValue;
        return then;
    }

    private int close() {
        if (depth == outermostObject) {
            outermostObject = 0;
        }
        return open[--depth];
    }

    private int endNumber(int next, long at) {
        if (depth == 0) {
            return JsonGrammar.isSpace(next) ? JsonGrammar.TOP : JsonGrammar.STOPPED;
        }
        int then = JsonGrammar.next(open[depth], next);
        return then < JsonGrammar.ACTION ? then : act(then, next, at);
    }

    private int passOver(int next, long at) {
        if (passedOver++ == 0) {
            firstPassedOver = at;
            objectsBefore = objects;
        }
        return JsonGrammar.next(JsonGrammar.VALUE, next);
    }
}
