package io.hybridingest.kafka;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;

/** Tries the way to a cluster, step by step, before anything depends on it. */
public final class ClusterProbe {
    private final Map<String, String> clientProperties;

    /** @param clientProperties properties to connect with, {@code bootstrap.servers} among them */
    public ClusterProbe(Map<String, String> clientProperties) {
        this.clientProperties = Map.copyOf(clientProperties);
    }

    /** The hosts of {@code bootstrap.servers} that have no address, empty where all have one. */
    public List<String> unresolved() {
        List<String> unresolved = new ArrayList<>();
        for (String server :
                clientProperties.getOrDefault("bootstrap.servers", "").split(",")) {
            String address = server.strip();
            int colon = address.lastIndexOf(':');
            String host = colon < 0 ? address : address.substring(0, colon);
            try {
                InetAddress.getByName(host);
            } catch (UnknownHostException e) {
                unresolved.add(host);
            }
        }
        return unresolved;
    }

    /**
     * Connects, authenticates and lists the brokers.
     *
     * @return a sentence about the cluster
     * @throws KafkaException where the cluster does not answer within {@code patience}
     */
    public String connect(Duration patience) {
        try (Admin admin = Admin.create(AdminTopicObserver.configuration(clientProperties, patience, "probe"))) {
            Collection<Node> brokers =
                    AdminTopicObserver.answer(admin.describeCluster().nodes());
            return "Connected to " + brokers.size() + (brokers.size() == 1 ? " broker: " : " brokers: ")
                    + brokers.stream()
                            .map(node -> node.host() + ":" + node.port())
                            .sorted()
                            .collect(Collectors.joining(", "));
        }
    }
}
