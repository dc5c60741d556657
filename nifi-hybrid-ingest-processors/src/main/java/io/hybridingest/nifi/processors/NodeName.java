package io.hybridingest.nifi.processors;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.nifi.controller.NodeTypeProvider;

/** Tells this NiFi node from the others that run the same flow, in characters that every name in Kafka may have. */
final class NodeName {
    private NodeName() {}

    /** The node's address in a cluster, else the name of the host; the same after a restart. */
    static String of(NodeTypeProvider nodes) {
        return nodes.getCurrentNode().orElseGet(NodeName::hostName).replaceAll("[^A-Za-z0-9._-]", "-");
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
