package io.hybridingest.sandbox.flow;

import org.apache.nifi.flow.VersionedParameter;

/**
 * A value of the environment that the flow definitions leave open.
 *
 * @param parameter its name in the parameter context {@code hybrid-ingest}
 * @param example what an imported flow starts with; to be replaced by the environment's own
 * @param description what it is for
 */
public enum FlowParameter {
    HTTP_HOST("http.host", "127.0.0.1", "Address that live records are received on."),
    HTTP_PORT("http.port", "8089", "Port that live records are posted to, under the path /flights."),
    INCOMING_PATH("incoming.path", "/data/hybrid-ingest/incoming", "Directory that CSV files are moved into."),
    LANDING_PATH(
            "landing.path",
            "/data/hybrid-ingest/landing",
            "Landing zone of the batch lane; its children records, quarantine and unreadable are made as needed."),
    TABLE_PATH("table.path", "/data/hybrid-ingest/table/flights", "The Delta table that both lanes write."),
    KAFKA_BOOTSTRAP_SERVERS("kafka.bootstrap.servers", "localhost:9092", "Kafka brokers, host:port, comma-separated."),
    KAFKA_TOPIC_PARTITIONS(
            "kafka.topic.partitions",
            "6",
            "Partitions that the topic is created with: at least as many as the stream job has cores."),
    KAFKA_TOPIC_REPLICATION_FACTOR(
            "kafka.topic.replication.factor",
            "-1",
            "Brokers that hold each record of the created topic; -1 for default.replication.factor of the brokers. In production 3, "
                    + "by the brokers' default or here."),
    SPARK_HOME("spark.home", "/opt/spark", "Spark 3.5 installation, the directory that holds bin/spark-submit."),
    SPARK_JAVA_HOME(
            "spark.java.home", "/usr/lib/jvm/java-17-openjdk-amd64", "JDK that Spark runs on: 17 for Spark 3.5."),
    SPARK_MASTER("spark.master", "local[2]", "Spark master, such as local[2], spark://host:7077, yarn or k8s://..."),
    SPARK_JARS(
            "spark.jars",
            "/opt/spark/delta-jars/delta-spark_2.12-3.3.2.jar",
            "Jars for Delta, Kafka and Avro that Spark does not bring itself, comma-separated."),
    SPARK_WORKING_PATH(
            "spark.working.path", "/data/hybrid-ingest/runs", "Directory that holds one run directory a launch."),
    LATE_AFTER("late.after", "24 hours", "A record older than this takes the batch lane."),
    BATCH_INTERVAL("batch.interval", "10 minutes", "Length of a data interval: time between two batch runs.");

    private final String parameter;
    private final String example;
    private final String description;

    FlowParameter(String parameter, String example, String description) {
        this.parameter = parameter;
        this.example = example;
        this.description = description;
    }

    /** Name in the parameter context. */
    public String parameter() {
        return parameter;
    }

    /** How a property refers to it. */
    String reference() {
        return "#{" + parameter + "}";
    }

    VersionedParameter versioned() {
        VersionedParameter versioned = new VersionedParameter();
        versioned.setName(parameter);
        versioned.setDescription(description);
        versioned.setValue(example);
        versioned.setSensitive(false);
        versioned.setProvided(false);
        return versioned;
    }
}
