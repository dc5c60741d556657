package io.hybridingest.pipeline;

import java.math.BigDecimal;

/** One Java value for every number, so that equal numbers of a definition are equal objects. */
final class Numbers {
    private Numbers() {}

    /** A Long where the number is whole and fits, else a BigDecimal without trailing zeros. */
    static Number canonical(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        boolean fitsLong = stripped.scale() <= 0 && stripped.precision() - (long) stripped.scale() <= 19;
        if (fitsLong && stripped.toBigInteger().bitLength() < Long.SIZE) {
            return stripped.longValue();
        }
        return stripped;
    }
}
