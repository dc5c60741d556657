package io.hybridingest.kafka;

/**
 * Offsets of one partition, as far as they can be seen at one moment.
 *
 * @param first offset of the oldest record that is left
 * @param end offset of the next record to come
 * @param published offset of the next record that the table lacks, as the job published it; null where it did not
 */
record PartitionPosition(long first, long end, Long published) {}
