package io.hybridingest.job.sink;

import static org.apache.spark.sql.functions.expr;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;

/**
 * Which of two rows of one identity stays with {@code upsert}: the one of the newer event time; of two of the same event time
 * the one that deletes, and else the one whose content has the larger hash.
 *
 * <p>A total order over what the transform gives, and over nothing else: neither the lane nor the moment of arrival is part of
 * it. So the table ends with the same rows whatever came first, in one micro-batch or in several. Rows that are equal under it
 * are equal, and the one that is in the table stays.
 *
 * @param eventTime SQL path of the event time
 * @param tombstone column that is true in rows that delete, null where none does
 * @param given columns that the transform gives
 */
record RowPrecedence(String eventTime, String tombstone, List<String> given) {
    /** Exact to the microsecond, as Spark's own format ends at the millisecond; null is the same as a column that is not there. */
    private static final String JSON =
            "map('timestampFormat', \"yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX\", 'timestampNTZFormat', \"yyyy-MM-dd'T'HH:mm:ss.SSSSSS\")";

    RowPrecedence {
        given = List.copyOf(given);
    }

    /** Sorts rows of one identity so that the one that stays comes first. */
    Column[] winnerFirst() {
        return new Column[] {
            expr(eventTime).desc_nulls_last(),
            expr(deletes("")).desc(),
            expr(hash("")).desc()
        };
    }

    /** SQL condition: whether the row of the first alias takes the place of the row of the second. */
    String beats(String challenger, String holder) {
        String deletes = deletes(challenger + ".");
        String deleted = deletes(holder + ".");
        return "%1$s > %2$s OR (%2$s IS NULL AND %1$s IS NOT NULL) OR (%1$s <=> %2$s AND (%3$s > %4$s OR (%3$s = %4$s AND %5$s > %6$s)))"
                .formatted(
                        challenger + "." + eventTime,
                        holder + "." + eventTime,
                        deletes,
                        deleted,
                        hash(challenger + "."),
                        hash(holder + "."));
    }

    private String deletes(String alias) {
        return Optional.ofNullable(tombstone)
                .map(column -> "coalesce(%s%s, false)".formatted(alias, DeltaLocation.quoted(column)))
                .orElse("false");
    }

    private String hash(String alias) {
        String columns = given.stream()
                .sorted()
                .map(name -> alias + DeltaLocation.quoted(name) + " AS " + DeltaLocation.quoted(name))
                .collect(Collectors.joining(", "));
        return "sha2(to_json(struct(%s), %s), 256)".formatted(columns, JSON);
    }
}
