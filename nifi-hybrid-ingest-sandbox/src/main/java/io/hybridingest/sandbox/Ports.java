package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** TCP ports of 127.0.0.1 that nobody listens on. Thread-safe; never offers a port twice to one JVM. */
public final class Ports {
    static final String LOOPBACK = "127.0.0.1";

    /** Environment in which whatever Spark a process starts listens on 127.0.0.1 only, its UI included. */
    static final Map<String, String> SPARK_ON_LOOPBACK = Map.of("SPARK_LOCAL_IP", LOOPBACK);

    private static final Set<Integer> OFFERED = new HashSet<>();

    private Ports() {}

    /** A free port, chosen by the operating system. */
    public static int free() {
        synchronized (OFFERED) {
            while (true) {
                int port = bind(0);
                if (OFFERED.add(port)) {
                    return port;
                }
            }
        }
    }

    /** The given port where it is free, else another one. */
    public static int preferably(int port) {
        synchronized (OFFERED) {
            if (!OFFERED.contains(port) && bind(port) == port) {
                OFFERED.add(port);
                return port;
            }
        }
        return free();
    }

    /** Whether nobody listens on the port now. */
    static boolean isFree(int port) {
        return bind(port) == port;
    }

    private static int bind(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port));
            return socket.getLocalPort();
        } catch (IOException taken) {
            if (port == 0) {
                throw new UncheckedIOException("No free TCP port on 127.0.0.1", taken);
            }
            return -1;
        }
    }
}
