package io.hybridingest.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of 127.0.0.1 that nobody listens on. Thread-safe; never offers a port twice to one JVM. */
public final class Ports {
    static final String LOOPBACK = "127.0.0.1";

    /** Environment in which whatever Spark a process starts listens on 127.0.0.1 only, its UI included. */
    static final Map<String, String> SPARK_ON_LOOPBACK = Map.of("SPARK_LOCAL_IP", LOOPBACK);

    /**
     * Below the ports that systems give to connections: one of those may be taken between its choice here and the moment when
     * somebody listens on it.
     */
    private static final int FIRST = 15_000;

    private static final int BEHIND_LAST = 32_000;
    private static final int TRIES = 1_000;

    private static final Set<Integer> OFFERED = new HashSet<>();

    private Ports() {}

    /** A free port, chosen at random, so that several processes do not choose the same. */
    public static int free() {
        synchronized (OFFERED) {
            for (int tried = 0; tried < TRIES; tried++) {
                int port = ThreadLocalRandom.current().nextInt(FIRST, BEHIND_LAST);
                if (bind(port) == port && OFFERED.add(port)) {
                    return port;
                }
            }
        }
        throw new SandboxException("No free TCP port on 127.0.0.1 from " + FIRST + " to " + (BEHIND_LAST - 1));
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
            return -1;
        }
    }
}
