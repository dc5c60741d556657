package io.hybridingest.nifi.services;

import org.apache.nifi.components.DescribedValue;

/** Where the driver runs. */
public enum DeployMode implements DescribedValue {
    CLIENT("client", "Client", "The driver runs on NiFi's machine, as a process beside NiFi that outlives it."),
    CLUSTER(
            "cluster",
            "Cluster",
            "The driver runs inside the cluster. Working Directory must then be a path that NiFi and the driver share,"
                    + " since the driver reports and is stopped through it.");

    private final String value;
    private final String displayName;
    private final String description;

    DeployMode(String value, String displayName, String description) {
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
