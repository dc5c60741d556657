package io.hybridingest.record;

import java.util.Arrays;
import java.util.Map;

/**
 * What text looks like that follows a pattern of digits in fixed places: at every index a letter of the pattern, or a character that
 * stands for itself. Immutable and safe to share between threads.
 */
final class PatternShape {
    private static final char ITSELF = 0;
    private static final int NANO_DIGITS = 9;
    private static final Map<Character, Integer> DIGITS =
            Map.of('u', 4, 'M', 2, 'd', 2, 'H', 2, 'm', 2, 's', 2, 'S', NANO_DIGITS);

    private final String text;
    private final char[] letters;
    /** Index of the first digit of each letter, the length where there is none. */
    private final int[] places = new int['z' + 1];

    private PatternShape(String text, char[] letters) {
        this.text = text;
        this.letters = letters;
        Arrays.fill(places, letters.length);
        for (int i = letters.length - 1; i >= 0; i--) {
            places[letters[i]] = i;
        }
    }

    /** The shape of a pattern; null where its text is not digits in fixed places. */
    static PatternShape of(String pattern) {
        StringBuilder text = new StringBuilder();
        StringBuilder letters = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\'') {
                boolean twice = i + 1 < pattern.length() && pattern.charAt(i + 1) == '\'';
                if (twice) {
                    text.append(c);
                    letters.append(ITSELF);
                    i++;
                } else {
                    quoted = !quoted;
                }
                continue;
            }
            boolean isLetter = !quoted && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z');
            if (isLetter && !DIGITS.containsKey(c) || !quoted && "[]{}#".indexOf(c) >= 0) {
                return null;
            }
            text.append(c);
            letters.append(isLetter ? c : ITSELF);
        }
        PatternShape shape =
                new PatternShape(text.toString(), letters.toString().toCharArray());
        return shape.isComplete() ? shape : null;
    }

    private boolean isComplete() {
        boolean dateIsWhole = count('u') == 4 && count('M') == 2 && count('d') == 2;
        boolean timeIsWhole = (!has('S') || has('s')) && (!has('s') || has('m')) && has('H') == has('m');
        boolean asMany = DIGITS.entrySet().stream()
                .allMatch(digits -> digits.getKey() == 'S'
                        ? count('S') <= NANO_DIGITS
                        : count(digits.getKey()) == 0 || count(digits.getKey()) == digits.getValue());
        boolean inOnePlace = DIGITS.keySet().stream().allMatch(this::isInOnePlace);
        return dateIsWhole && timeIsWhole && asMany && inOnePlace;
    }

    private boolean isInOnePlace(char letter) {
        int at = places[letter];
        for (int i = at; i < at + count(letter); i++) {
            if (letters[i] != letter) {
                return false;
            }
        }
        return true;
    }

    private int count(char letter) {
        int count = 0;
        for (char c : letters) {
            count += c == letter ? 1 : 0;
        }
        return count;
    }

    boolean has(char letter) {
        return places[letter] < letters.length;
    }

    /** Whether a text may have a year with a sign, and more than four digits, in the place of the year. */
    boolean mayHaveSign(String candidate) {
        int year = places['u'];
        return candidate.length() > year && (candidate.charAt(year) == '+' || candidate.charAt(year) == '-');
    }

    /** Whether a text has a digit wherever the pattern has a letter, and else the same characters. */
    boolean matches(String candidate) {
        if (candidate.length() != letters.length) {
            return false;
        }
        for (int i = 0; i < letters.length; i++) {
            char c = candidate.charAt(i);
            boolean fits = letters[i] == ITSELF ? c == text.charAt(i) : c >= '0' && c <= '9';
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /** The number in the place of a letter, written out or cut off to so many digits; 0 where the pattern does not have it. */
    int number(String matching, char letter, int digits) {
        int number = 0;
        int at = places[letter];
        for (int i = at; i < at + digits; i++) {
            number = number * 10 + (i < letters.length && letters[i] == letter ? matching.charAt(i) - '0' : 0);
        }
        return number;
    }

    /** Whether all digits of a letter are zero after the first ones. */
    boolean isZeroAfter(String matching, char letter, int digits) {
        for (int i = places[letter] + digits; i < letters.length && letters[i] == letter; i++) {
            if (matching.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
