package io.hybridingest.prepare;

import io.hybridingest.pipeline.Prepare;

/**
 * Reads numbers in text as a pipeline writes them: which mark is before the decimals, and which marks are between thousands. Whoever
 * writes {@code 1,234} means one of two numbers that differ by a factor of a thousand, so nothing is guessed. Immutable and safe to
 * share between threads.
 *
 * <p>A number is a sign, digits, the decimal point with more digits, and an exponent; all but some digits may be missing. Groups have three
 * digits, but for the first, which has one to three and does not begin with zero. A grouped number has no exponent. Digits are those of ASCII.
 */
final class NumberReader {
    private static final int LONGEST_TEXT = 100;
    private static final int GROUP_DIGITS = 3;
    private static final String COMMA = ",";
    private static final String POINT = ".";
    /** Blank, no-break space, narrow no-break space and thin space. */
    private static final String SPACES = " \u00a0\u202f\u2009";

    private static final String APOSTROPHES = "'\u2019";
    private static final String ALL_MARKS = COMMA + POINT + SPACES + APOSTROPHES;

    private final char decimalMark;
    private final String groupMarks;
    private final boolean onlyUnambiguous;

    /** @throws IllegalArgumentException where the decimal point is also the mark between thousands */
    NumberReader(Prepare.Normalise normalise) {
        boolean comma = normalise.decimalPoint() == Prepare.DecimalPoint.COMMA;
        decimalMark = comma ? ',' : '.';
        onlyUnambiguous = normalise.grouping() == Prepare.Grouping.UNAMBIGUOUS;
        groupMarks = switch (normalise.grouping()) {
            case UNAMBIGUOUS -> comma ? POINT : COMMA;
            case NONE -> "";
            case COMMA -> COMMA;
            case POINT -> POINT;
            case SPACE -> SPACES;
            case APOSTROPHE -> APOSTROPHES;
        };
        if (groupMarks.indexOf(decimalMark) >= 0) {
            throw new IllegalArgumentException(
                    "The decimal point and the mark between thousands are the same. Change prepare.normalise.grouping.");
        }
    }

    /**
     * The number as Java writes it: without marks between thousands, and with a decimal point.
     *
     * @return null where the text is no number, or could be two; {@link #fault} says which
     */
    String plain(CharSequence written) {
        if (written.length() > LONGEST_TEXT) {
            return null;
        }
        String text = trimmed(written.toString());
        if (isDigits(text)) {
            return text;
        }
        Scan scan = new Scan(text);
        if (!scan.isNumber() || scan.isAmbiguous()) {
            return null;
        }
        return scan.isPlain() ? text : scan.withoutMarks();
    }

    /** What is wrong with text that is no number, as the end of a sentence that does not quote it. */
    String fault(CharSequence written) {
        if (written.length() > LONGEST_TEXT) {
            return "is not a number";
        }
        String text = trimmed(written.toString());
        Scan scan = new Scan(text);
        if (scan.isNumber() && scan.isAmbiguous()) {
            return "is one number where its mark stands between thousands, and another where it is the decimal point: set"
                    + " prepare.normalise.grouping or prepare.normalise.decimal-point";
        }
        return consistsOfDigitsAndMarks(text)
                ? "is not a number as the pipeline writes them: see prepare.normalise.decimal-point and prepare.normalise.grouping"
                : "is not a number";
    }

    /** Whether text is plain at first sight, as most is: digits, and at the most one point where that is the decimal point. */
    private boolean isDigits(String text) {
        int points = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            points += c == '.' ? 1 : 0;
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return text.length() > points && points <= (decimalMark == '.' ? 1 : 0);
    }

    private static boolean consistsOfDigitsAndMarks(String text) {
        boolean digits = false;
        boolean marks = false;
        for (int i = isSign(text, 0) ? 1 : 0; i < text.length(); i++) {
            boolean mark = ALL_MARKS.indexOf(text.charAt(i)) >= 0;
            boolean digit = isDigit(text, i);
            if (!mark && !digit) {
                return false;
            }
            marks |= mark;
            digits |= digit;
        }
        return digits && marks;
    }

    private static String trimmed(String text) {
        int from = 0;
        int end = text.length();
        while (from < end && Coercer.isBlank(text.charAt(from))) {
            from++;
        }
        while (from < end && Coercer.isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(from, end);
    }

    private static boolean isDigit(String text, int at) {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private static boolean isSign(String text, int at) {
        return at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+');
    }

    /** One text, gone through from left to right. */
    private final class Scan {
        private final String text;
        private final boolean number;
        private int at;
        private int marks;
        private boolean decimals;

        Scan(String text) {
            this.text = text;
            this.at = isSign(text, 0) ? 1 : 0;
            int whole = integerDigits();
            int fraction = whole < 0 ? 0 : fractionDigits();
            this.number = whole + fraction > 0 && exponent() && at == text.length();
        }

        boolean isNumber() {
            return number;
        }

        boolean isAmbiguous() {
            return onlyUnambiguous && marks == 1 && !decimals;
        }

        boolean isPlain() {
            return marks == 0 && (decimalMark == '.' || !decimals);
        }

        String withoutMarks() {
            StringBuilder plain = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == decimalMark) {
                    plain.append('.');
                } else if (groupMarks.indexOf(c) < 0) {
                    plain.append(c);
                }
            }
            return plain.toString();
        }

        /** How many digits there are before the decimal point; negative where they are badly grouped. */
        private int integerDigits() {
            int first = at;
            int digits = 0;
            int inGroup = digits();
            while (at < text.length() && groupMarks.indexOf(text.charAt(at)) >= 0) {
                boolean wellBegun = marks > 0 || inGroup > 0 && inGroup <= GROUP_DIGITS && text.charAt(first) != '0';
                digits += inGroup;
                marks++;
                at++;
                inGroup = digits();
                if (!wellBegun || inGroup != GROUP_DIGITS) {
                    return -text.length();
                }
            }
            return digits + inGroup;
        }

        private int fractionDigits() {
            if (at == text.length() || text.charAt(at) != decimalMark) {
                return 0;
            }
            decimals = true;
            at++;
            return digits();
        }

        /** Whether what is left is nothing, or an exponent where one may be. */
        private boolean exponent() {
            if (at == text.length() || marks > 0 || text.charAt(at) != 'e' && text.charAt(at) != 'E') {
                return true;
            }
            at += isSign(text, at + 1) ? 2 : 1;
            return digits() > 0;
        }

        private int digits() {
            int from = at;
            while (isDigit(text, at)) {
                at++;
            }
            return at - from;
        }
    }
}
