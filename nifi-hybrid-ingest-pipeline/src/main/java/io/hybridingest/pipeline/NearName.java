package io.hybridingest.pipeline;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses which name was meant. */
final class NearName {
    private NearName() {}

    /** The nearest of the names, where one is near enough to have been meant. */
    static Optional<String> of(String written, Collection<String> names) {
        String wanted = letters(written);
        int limit = Math.min(2, (wanted.length() + 1) / 3);
        return names.stream()
                .filter(name -> distance(wanted, letters(name)) <= limit)
                .min(Comparator.comparingInt(name -> distance(wanted, letters(name))));
    }

    /** "Did you mean 'x'?", or else the sentence given. */
    static String remedy(String written, Collection<String> names, String otherwise) {
        return of(written, names).map(name -> "Did you mean '" + name + "'?").orElse(otherwise);
    }

    /** lateAfter, late_after and late-after are one name to a person. */
    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** Edit distance of Levenshtein. */
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int changed = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
