package io.hybridingest.nifi.processors;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

/**
 * How many of a FlowFile's records may be invalid before the FlowFile is taken for a wrong file.
 *
 * @param percent largest share of invalid records that is still bad records, from 0 to 100
 * @param minimumRecords the share of fewer records than these says nothing
 */
record InvalidThreshold(BigDecimal percent, long minimumRecords) {
    /** No share is too large. */
    static final InvalidThreshold NONE = new InvalidThreshold(BigDecimal.valueOf(100), 1);

    /** Accepts what {@link #of} takes. */
    static final Validator VALIDATOR = (subject, input, context) -> new ValidationResult.Builder()
            .subject(subject)
            .input(input)
            .valid(isPercentage(input))
            .explanation("it must be a percentage from 0 % to 100 %, such as '20 %' or '0.5 %'")
            .build();

    private static final Pattern PERCENTAGE = Pattern.compile("(?<number>\\d{1,3}(\\.\\d{1,6})?) ?%");

    InvalidThreshold {
        Objects.requireNonNull(percent, "percent");
        if (percent.signum() < 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0) {
            throw new IllegalArgumentException("A share is from 0 % to 100 %, not " + percent + " %");
        }
    }

    /**
     * The threshold as a person writes it.
     *
     * @param percentage such as {@code 20 %}
     * @throws IllegalArgumentException where it is no percentage
     */
    static InvalidThreshold of(String percentage, long minimumRecords) {
        Matcher matcher = PERCENTAGE.matcher(percentage.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("A percentage looks like '20 %', not like '" + percentage + "'");
        }
        return new InvalidThreshold(new BigDecimal(matcher.group("number")), minimumRecords);
    }

    /** Whether so many invalid records mean that the file is wrong. */
    boolean isExceeded(long invalid, long records) {
        return records >= minimumRecords
                && BigDecimal.valueOf(invalid)
                                .movePointRight(2)
                                .compareTo(percent.multiply(BigDecimal.valueOf(records)))
                        > 0;
    }

    private static boolean isPercentage(String input) {
        try {
            of(input, 1);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return percent.toPlainString() + " %";
    }
}
