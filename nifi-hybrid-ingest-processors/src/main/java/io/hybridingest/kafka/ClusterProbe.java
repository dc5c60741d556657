package io.hybridingest.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
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
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/** Tries the way to a cluster, step by step, before anything depends on it. */
public final class ClusterProbe {
    private static final String RESOLVE = "Resolve the bootstrap servers";
    private static final String CONNECT = "Connect to the bootstrap servers";
    private static final String AUTHENTICATE = "Authenticate";

    private final Map<String, String> clientProperties;
    private final Duration patience;

    /**
     * @param clientProperties properties to connect with, {@code bootstrap.servers} among them
     * @param patience how long one step may take
     */
    public ClusterProbe(Map<String, String> clientProperties, Duration patience) {
        this.clientProperties = Map.copyOf(clientProperties);
        this.patience = patience;
    }

    /** Takes the steps in turn; what cannot be tried because an earlier step failed is skipped. */
    public List<CheckedStep> run() {
        List<String> unresolved = new ArrayList<>();
        List<InetSocketAddress> addresses = addresses(unresolved);
        List<CheckedStep> steps = new ArrayList<>();
        steps.add(resolve(unresolved));
        if (addresses.isEmpty()) {
            steps.add(CheckedStep.skipped(CONNECT, "There is no address to connect to"));
            steps.add(CheckedStep.skipped(AUTHENTICATE, "There is no connection"));
            return steps;
        }
        CheckedStep connected = connect(addresses);
        steps.add(connected);
        steps.add(
                connected.outcome() == CheckedStep.Outcome.FAILED
                        ? CheckedStep.skipped(AUTHENTICATE, "There is no connection")
                        : authenticate());
        return steps;
    }

    private List<InetSocketAddress> addresses(List<String> unresolved) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String server :
                clientProperties.getOrDefault("bootstrap.servers", "").split(",")) {
            String host = Utils.getHost(server.strip());
            Integer port = Utils.getPort(server.strip());
            try {
                addresses.add(new InetSocketAddress(InetAddress.getByName(host), port == null ? 9092 : port));
            } catch (UnknownHostException e) {
                unresolved.add(host);
            }
        }
        return addresses;
    }

    private static CheckedStep resolve(List<String> unresolved) {
        return unresolved.isEmpty()
                ? CheckedStep.passed(RESOLVE, "Every host has an address")
                : CheckedStep.failed(
                        RESOLVE,
                        "No address for " + String.join(", ", unresolved)
                                + ": correct Bootstrap Servers, or the name resolution of this node",
                        null);
    }

    private CheckedStep connect(List<InetSocketAddress> addresses) {
        List<String> refused = new ArrayList<>();
        IOException last = null;
        for (InetSocketAddress address : addresses) {
            try (Socket socket = new Socket()) {
                socket.connect(address, Math.toIntExact(patience.toMillis()));
            } catch (IOException e) {
                refused.add(address.getHostString() + ":" + address.getPort() + " (" + e.getMessage() + ")");
                last = e;
            }
        }
        if (refused.isEmpty()) {
            return CheckedStep.passed(CONNECT, "Every bootstrap server accepts connections");
        }
        String what = "No connection to " + String.join(", ", refused);
        return refused.size() < addresses.size()
                ? CheckedStep.passed(
                        CONNECT, what + ", but to the others: the rest of the cluster is found through them")
                : CheckedStep.failed(
                        CONNECT, what + ": check that the brokers run, the port, and the firewalls in between", last);
    }

    /** Negotiates TLS, logs in and lists the brokers. */
    private CheckedStep authenticate() {
        try (Admin admin = Admin.create(AdminTopicReader.configuration(clientProperties, patience, "probe"))) {
            Collection<Node> brokers =
                    AdminTopicReader.answer(admin.describeCluster().nodes());
            return CheckedStep.passed(
                    AUTHENTICATE,
                    "The cluster lets this user in. It has " + brokers.size()
                            + (brokers.size() == 1 ? " broker: " : " brokers: ")
                            + brokers.stream()
                                    .map(node -> node.host() + ":" + node.port())
                                    .sorted()
                                    .collect(Collectors.joining(", ")));
        } catch (KafkaException e) {
            return CheckedStep.failed(AUTHENTICATE, explain(e), e);
        }
    }

    private String explain(KafkaException failure) {
        return AccessFailure.explain(failure, clientProperties).orElseGet(() -> {
            String said = "(" + AccessFailure.deepest(failure) + ")";
            return failure instanceof TimeoutException
                    ? "The brokers did not answer within " + patience.toSeconds() + " seconds " + said
                            + ": check that Security Protocol is the listener's, and that this node reaches the listeners that the "
                            + "brokers advertise"
                    : "The Kafka client failed " + said + ": check the dynamic properties, and the log of the brokers";
        });
    }
}
