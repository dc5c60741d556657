package io.hybridingest.kafka;

/**
 * How unevenly the records of one unit lie over the partitions.
 *
 * @param hottest the partition that got most
 * @param records how many it got
 * @param total how many all partitions got
 */
public record PartitionSkew(int hottest, long records, long total) {
    /** The part of all records that the hottest partition got, from 0 to 1; 0 where there were no records. */
    public double share() {
        return total == 0 ? 0 : (double) records / total;
    }
}
