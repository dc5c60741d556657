package io.hybridingest.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** What a Spark processor runs. */
enum ApplicationChoice implements DescribedValue {
    INGEST_JOB(
            "ingest-job",
            "Ingest Job",
            "The bundled job: reads the pipeline's lane and writes its Delta table, once per identity."),
    APPLICATION_FILE(
            "application-file", "Application File", "Any Spark application: a JAR with a main class, or PySpark.");

    private final String value;
    private final String displayName;
    private final String description;

    ApplicationChoice(String value, String displayName, String description) {
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
