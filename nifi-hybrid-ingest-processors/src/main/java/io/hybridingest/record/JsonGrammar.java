package io.hybridingest.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The grammar of JSON as a table: what each byte leads to in each state. States and actions are plain numbers, because every byte of
 * JSON content looks one of them up.
 *
 * <p>Values that are no objects count where records are expected: at the top, and in arrays that are in no object, however deep, since
 * NiFi's readers go into all of them. The states there are other ones than within objects, so that within objects nothing is asked.
 */
final class JsonGrammar {
    static final int FIRST_NAME = 0;
    /** Behind the comma between members. */
    static final int NAME = 1;
    /** In the name of a member. */
    static final int NAME_TEXT = 2;
    /** In a string that is a value. */
    static final int TEXT = 3;
    /** The beginning of the content, where a byte order mark may be. */
    static final int START = 4;
    /** Between values at the top. */
    static final int TOP = 5;
    /** Behind true, false or null at the top, which no other word may touch. */
    static final int TOP_WORD = 6;

    static final int AFTER_MEMBER = 7;
    static final int AFTER_ELEMENT = 8;
    /** Behind the bracket that opens an array in an object. */
    static final int FIRST_VALUE = 9;

    static final int VALUE = 10;
    /** Behind the bracket that opens an array whose elements are records. */
    static final int FIRST_RECORD = 11;

    static final int NEXT_RECORD = 12;
    static final int INTEGER = 13;
    static final int FRACTION = 14;
    static final int ZERO = 15;
    static final int EXPONENT_DIGITS = 16;
    /** The content is no strict JSON. */
    static final int STOPPED = 17;

    /** Actions have this bit; states have not. */
    static final int ACTION = 0x40;

    static final int OPEN_OBJECT = ACTION;
    static final int OPEN_ARRAY = ACTION + 1;
    static final int CLOSE = ACTION + 2;
    static final int END_TEXT = ACTION + 3;
    static final int END_WORD = ACTION + 4;
    /** The byte behind a number, which is looked up once more. */
    static final int END_NUMBER = ACTION + 5;
    /** The comma between elements. */
    static final int COMMA = ACTION + 6;
    /** The first byte of a value that is no object, where a record is expected. */
    static final int PASSED_OVER = ACTION + 7;

    private static final int COLON = 18;
    private static final int MINUS = 19;
    private static final int POINT = 20;
    private static final int EXPONENT = 21;
    private static final int EXPONENT_SIGN = 22;
    private static final int BYTE_ORDER_MARK = 23;
    private static final int ESCAPES = 25;
    private static final int WORDS = 35;
    private static final int STATES = 45;
    private static final int BYTES = 256;

    private static final String SPACE = " \t\r\n";
    private static final String DIGITS = "0123456789";
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = ONES << 7;
    /** The digits 0 to 9 become the numbers 0 to 9, and adding this to a number above 9 sets its high bit. */
    private static final long ZEROS = ONES * '0';

    private static final long ABOVE_NINE = ONES * (0x80 - 10);
    private static final long SPACES = ONES * ' ';
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final byte[] TABLE = table();
    private static final boolean[] NUMBER_END = numberEnd();
    private static final boolean[] PLAIN = plain();

    private JsonGrammar() {}

    /** The state that a byte leads to, or the action that says which. */
    static int next(int state, int next) {
        return TABLE[state << 8 | next];
    }

    /** Whether in a state many bytes can mostly be taken at once. */
    static boolean isLong(int state) {
        return state <= TEXT;
    }

    /** Where a number without sign and exponent ends, which is where it begins for anything else. */
    static int endOfPlainNumber(byte[] bytes, int from, int to) {
        int end = endOfDigits(bytes, from, to);
        if (end == from || bytes[from] == '0' && end > from + 1) {
            return from;
        }
        if (end < to && bytes[end] == '.') {
            int fraction = end + 1;
            end = endOfDigits(bytes, fraction, to);
            if (end == fraction) {
                return from;
            }
        }
        return end < to && NUMBER_END[bytes[end] & 0xff] ? end : from;
    }

    private static int endOfDigits(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long eight = (long) EIGHT_BYTES.get(bytes, at) ^ ZEROS;
            long other = ((eight & ~HIGH_BITS) + ABOVE_NINE | eight) & HIGH_BITS;
            if (other != 0) {
                return at + (Long.numberOfTrailingZeros(other) >>> 3);
            }
        }
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at;
    }

    /** Where in a string the first byte is that ends it, escapes, or must not be in it. Eight bytes are looked at together. */
    static int endOfPlainText(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long eight = (long) EIGHT_BYTES.get(bytes, at);
            long quote = eight ^ QUOTES;
            long backslash = eight ^ BACKSLASHES;
            long special =
                    (quote - ONES & ~quote | backslash - ONES & ~backslash | eight - SPACES & ~eight) & HIGH_BITS;
            if (special != 0) {
                return at + (Long.numberOfTrailingZeros(special) >>> 3);
            }
        }
        while (at < to && PLAIN[bytes[at] & 0xff]) {
            at++;
        }
        return at;
    }

    static boolean isSpace(int next) {
        return SPACE.indexOf(next) >= 0;
    }

    private static boolean[] numberEnd() {
        boolean[] ends = new boolean[BYTES];
        for (char each : (SPACE + ",]}").toCharArray()) {
            ends[each] = true;
        }
        return ends;
    }

    private static boolean[] plain() {
        boolean[] plain = new boolean[BYTES];
        Arrays.fill(plain, ' ', BYTES, true);
        plain['"'] = false;
        plain['\\'] = false;
        return plain;
    }

    private static byte[] table() {
        byte[] table = new byte[STATES << 8];
        Arrays.fill(table, (byte) STOPPED);
        for (int state : new int[] {TOP, FIRST_NAME, NAME, COLON, AFTER_MEMBER, AFTER_ELEMENT}) {
            put(table, state, SPACE, state);
        }
        structure(table);
        values(table);
        texts(table, NAME_TEXT, COLON, ESCAPES);
        texts(table, TEXT, END_TEXT, ESCAPES + 5);
        numbers(table);
        word(table, "true", WORDS);
        word(table, "false", WORDS + 3);
        word(table, "null", WORDS + 7);
        beginning(table);
        return table;
    }

    private static void structure(byte[] table) {
        put(table, FIRST_NAME, "\"", NAME_TEXT);
        put(table, FIRST_NAME, "}", CLOSE);
        put(table, NAME, "\"", NAME_TEXT);
        put(table, COLON, ":", VALUE);
        put(table, AFTER_MEMBER, ",", NAME);
        put(table, AFTER_MEMBER, "}", CLOSE);
        put(table, AFTER_ELEMENT, ",", COMMA);
        put(table, AFTER_ELEMENT, "]", CLOSE);
        put(table, FIRST_VALUE, "]", CLOSE);
        put(table, FIRST_RECORD, "]", CLOSE);
    }

    private static void values(byte[] table) {
        for (int state : new int[] {VALUE, FIRST_VALUE, TOP, FIRST_RECORD, NEXT_RECORD}) {
            put(table, state, SPACE, state);
            put(table, state, "{", OPEN_OBJECT);
            put(table, state, "[", OPEN_ARRAY);
        }
        for (int state : new int[] {VALUE, FIRST_VALUE}) {
            put(table, state, "\"", TEXT);
            put(table, state, "-", MINUS);
            put(table, state, "0", ZERO);
            put(table, state, "123456789", INTEGER);
            put(table, state, "t", WORDS);
            put(table, state, "f", WORDS + 3);
            put(table, state, "n", WORDS + 7);
        }
        for (int state : new int[] {TOP, FIRST_RECORD, NEXT_RECORD}) {
            put(table, state, "\"-tfn" + DIGITS, PASSED_OVER);
        }
    }

    private static void texts(byte[] table, int text, int end, int escape) {
        Arrays.fill(table, text << 8 | ' ', text + 1 << 8, (byte) text);
        put(table, text, "\"", end);
        put(table, text, "\\", escape);
        put(table, escape, "\"\\/bfnrt", text);
        put(table, escape, "u", escape + 1);
        for (int digit = 1; digit <= 4; digit++) {
            put(table, escape + digit, DIGITS + "abcdefABCDEF", digit == 4 ? text : escape + digit + 1);
        }
    }

    private static void numbers(byte[] table) {
        put(table, MINUS, "0", ZERO);
        put(table, MINUS, "123456789", INTEGER);
        put(table, INTEGER, DIGITS, INTEGER);
        put(table, POINT, DIGITS, FRACTION);
        put(table, FRACTION, DIGITS, FRACTION);
        put(table, EXPONENT, "+-", EXPONENT_SIGN);
        put(table, EXPONENT, DIGITS, EXPONENT_DIGITS);
        put(table, EXPONENT_SIGN, DIGITS, EXPONENT_DIGITS);
        put(table, EXPONENT_DIGITS, DIGITS, EXPONENT_DIGITS);
        for (int state : new int[] {ZERO, INTEGER}) {
            put(table, state, ".", POINT);
        }
        for (int state : new int[] {ZERO, INTEGER, FRACTION}) {
            put(table, state, "eE", EXPONENT);
        }
        for (int state : new int[] {ZERO, INTEGER, FRACTION, EXPONENT_DIGITS}) {
            put(table, state, SPACE + ",]}", END_NUMBER);
        }
    }

    private static void word(byte[] table, String word, int from) {
        int last = word.length() - 1;
        for (int letter = 1; letter <= last; letter++) {
            put(
                    table,
                    from + letter - 1,
                    word.substring(letter, letter + 1),
                    letter == last ? END_WORD : from + letter);
        }
    }

    private static void beginning(byte[] table) {
        System.arraycopy(table, TOP << 8, table, START << 8, BYTES);
        System.arraycopy(table, TOP << 8, table, TOP_WORD << 8, BYTES);
        put(table, TOP_WORD, "tfn" + DIGITS, STOPPED);
        put(table, START, "\u00EF", BYTE_ORDER_MARK);
        put(table, BYTE_ORDER_MARK, "\u00BB", BYTE_ORDER_MARK + 1);
        put(table, BYTE_ORDER_MARK + 1, "\u00BF", TOP);
    }

    private static void put(byte[] table, int state, String bytes, int next) {
        for (char each : bytes.toCharArray()) {
            table[state << 8 | each] = (byte) next;
        }
    }
}
