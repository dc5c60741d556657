package io.hybridingest.kafka;

/** What the cluster says about the topic. */
public sealed interface TopicState {
    /** The topic can be written to. */
    record Present(int partitions) implements TopicState {}

    /** There is no such topic; the message says how to make it. */
    record Missing(String message) implements TopicState {}

    /** The sentence for a topic that does not exist. */
    static String missing(String topic, String bootstrapServers) {
        return "Topic " + topic + " does not exist at " + bootstrapServers
                + ": create it with the partitions and replicas you want, for example kafka-topics.sh --bootstrap-server "
                + bootstrapServers + " --create --topic " + topic + " --partitions 6 --replication-factor 3";
    }
}
