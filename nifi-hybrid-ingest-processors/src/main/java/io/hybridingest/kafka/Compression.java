package io.hybridingest.kafka;

import org.apache.nifi.components.DescribedValue;

/** Compression of the producer's batches. */
public enum Compression implements DescribedValue {
    LZ4("lz4", "LZ4", "Fast, and halves most records."),
    ZSTD("zstd", "Zstandard", "Smaller than LZ4 for more processor time."),
    SNAPPY("snappy", "Snappy", "Fast; for consumers that know nothing newer."),
    GZIP("gzip", "GZIP", "Small and slow; for consumers that know nothing newer."),
    NONE("none", "None", "No compression.");

    private final String value;
    private final String displayName;
    private final String description;

    Compression(String value, String displayName, String description) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    public String getDisplayName() {
        return displayName;
    }

    @Override
    public String getDescription() {
        return description;
    }
}
