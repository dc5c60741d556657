package io.hybridingest.job.report;

import java.time.Instant;

/**
 * What became of the records of one micro-batch.
 *
 * @param rowsIn records read
 * @param rowsInserted rows written into the table
 * @param rowsDuplicate records whose identity was there already
 * @param rowsQuarantined rows written into the quarantine table
 * @param rowsLate records read whose event time was behind the watermark, 0 where there is none
 * @param newest newest event time in the batch, null where it is not known
 */
public record BatchCounts(
        long rowsIn, long rowsInserted, long rowsDuplicate, long rowsQuarantined, long rowsLate, Instant newest) {
    /** The same, with so many more in quarantine. */
    public BatchCounts withMoreQuarantined(long more) {
        return new BatchCounts(rowsIn, rowsInserted, rowsDuplicate, rowsQuarantined + more, rowsLate, newest);
    }
}
