package io.hybridingest.sandbox;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Stands between Kafka's clients and a broker. It understands just enough of the protocol to cut a connection after the
 * broker has taken a request and before the client hears of it. Clients that come to it stay with it: the broker's address
 * in the broker's own answers is replaced by the proxy's.
 */
final class LossyProxy implements Closeable {
    private static final String HOST = "127.0.0.1";

    private final ServerSocket server;
    private final int brokerPort;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Map<ApiKeys, AtomicInteger> toLose = new ConcurrentHashMap<>();
    private final AtomicInteger lost = new AtomicInteger();

    private LossyProxy(int brokerPort) throws IOException {
        this.brokerPort = brokerPort;
        this.server = new ServerSocket(0, 50, InetAddress.getByName(HOST));
        start("proxy-accept", this::accept);
    }

    static LossyProxy before(KafkaBroker broker) throws IOException {
        String address = broker.bootstrapServers();
        return new LossyProxy(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
    }

    String bootstrapServers() {
        return HOST + ":" + server.getLocalPort();
    }

    /** The next answers to such requests are lost, each with its connection. */
    void lose(ApiKeys request, int answers) {
        toLose.put(request, new AtomicInteger(answers));
    }

    /** Number of answers lost so far. */
    int lost() {
        return lost.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            Socket broker = new Socket(HOST, brokerPort);
            sockets.add(client);
            sockets.add(broker);
            Map<Integer, ApiKeys> asked = new ConcurrentHashMap<>();
            start(
                    "proxy-requests",
                    () -> pass(client, broker, frame -> {
                        ApiKeys key = ApiKeys.forId(frame.getShort(0));
                        asked.put(frame.getInt(4), key);
                        return true;
                    }));
            start(
                    "proxy-answers",
                    () -> pass(broker, client, frame -> {
                        if (isLost(asked.remove(frame.getInt(0)))) {
                            return false;
                        }
                        replaceAddress(frame);
                        return true;
                    }));
        }
    }

    private boolean isLost(ApiKeys answered) {
        AtomicInteger left = answered == null ? null : toLose.get(answered);
        if (left == null || left.getAndUpdate(count -> Math.max(0, count - 1)) == 0) {
            return false;
        }
        lost.incrementAndGet();
        return true;
    }

    /** Hands over one frame after the other; both connections end with the first that must not pass. */
    private static void pass(Socket from, Socket to, Gate gate) throws IOException {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                if (!gate.mayPass(ByteBuffer.wrap(frame))) {
                    return;
                }
                out.writeInt(frame.length);
                out.write(frame);
                out.flush();
            }
        }
    }

    /** An address in an answer is the host's name and, right behind it, the port in four bytes. */
    private void replaceAddress(ByteBuffer frame) {
        byte[] host = HOST.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at <= frame.limit() - host.length - Integer.BYTES; at++) {
            if (frame.slice(at, host.length).equals(ByteBuffer.wrap(host))
                    && frame.getInt(at + host.length) == brokerPort) {
                frame.putInt(at + host.length, server.getLocalPort());
            }
        }
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // One side has gone; the other was closed with it.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @FunctionalInterface
    private interface Gate {
        boolean mayPass(ByteBuffer frame);
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }
}
