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
    /** The beginning of the content, where a byte order mark may be. */
    static final int START = 0;
    /** Between values at the top. */
    static final int TOP = 1;
    /** Behind true, false or null at the top, which no other word may touch. */
    static final int TOP_WORD = 2;

    static final int FIRST_NAME = 3;
    static final int AFTER_MEMBER = 4;
    static final int AFTER_ELEMENT = 5;
    /** Behind the bracket that opens an array in an object. */
    static final int FIRST_VALUE = 6;

    static final int VALUE = 7;
    /** Behind the bracket that opens an array whose elements are records. */
    static final int FIRST_RECORD = 8;

    static final int NEXT_RECORD = 9;
    /** In the name of a member. */
    static final int NAME_TEXT = 10;
    /** In a string that is a value. */
    static final int TEXT = 11;

    static final int INTEGER = 12;
    static final int FRACTION = 13;
    static final int ZERO = 14;
    static final int EXPONENT_DIGITS = 15;
    /** The content is no strict JSON. */
    static final int STOPPED = 16;

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

    /** Behind the comma between members. */
    static final int NAME = 17;

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
    private static final long SPACES = ONES * ' ';
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final byte[] TABLE = table();
    private static final boolean[] PLAIN = plain();

    private JsonGrammar() {}

    /** The state that a byte leads to, or the action that says which. */
    static int next(int state, int next) {
        return TABLE[state << 8 | next];
    }

    /** Whether many bytes in a row may leave the state as it is. */
    static boolean isLong(int state) {
        return state >= NAME_TEXT && state <= FRACTION;
    }

    /** Where the first byte is that may not leave such a state as it is. */
    static int endOf(int state, byte[] bytes, int from, int to) {
        return state >= INTEGER ? endOfDigits(bytes, from, to) : endOfPlainText(bytes, from, to);
    }

    private static int endOfDigits(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at;
    }

    /** Where in a string the first byte is that ends it, escapes, or must not be in it. Eight bytes are looked at together. */
    private static int endOfPlainText(byte[] bytes, int from, int to) {
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
