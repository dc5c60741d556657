package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Shows every client a certificate that was valid until yesterday, and says nothing else. */
final class ExpiredServer implements AutoCloseable {
    private static final String PASSWORD = "expired-store";

    private final SSLServerSocket socket;
    private final Path trustStore;

    private ExpiredServer(SSLServerSocket socket, Path trustStore) {
        this.socket = socket;
        this.trustStore = trustStore;
    }

    /** @param directory takes the stores */
    static ExpiredServer start(Path directory) throws Exception {
        Path keyStore = directory.resolve("expired.p12");
        Path trustStore = directory.resolve("trusting.p12");
        String authority = directory.resolve("authority.p12").toString();
        String certificate = directory.resolve("authority.pem").toString();
        String request = directory.resolve("broker.csr").toString();
        String signed = directory.resolve("broker.pem").toString();
        keytool("-genkeypair -keyalg EC -alias authority -dname CN=authority -validity 2 -ext bc:c", authority);
        keytool("-exportcert -rfc -alias authority -file " + certificate, authority);
        keytool("-importcert -noprompt -alias authority -file " + certificate, trustStore.toString());
        keytool("-genkeypair -keyalg EC -alias broker -dname CN=broker", keyStore.toString());
        keytool("-certreq -alias broker -file " + request, keyStore.toString());
        keytool(
                "-gencert -rfc -alias authority -startdate -3d -validity 2 -ext SAN=ip:127.0.0.1,dns:localhost -infile "
                        + request + " -outfile " + signed,
                authority);
        keytool("-importcert -noprompt -alias authority -file " + certificate, keyStore.toString());
        keytool("-importcert -noprompt -alias broker -file " + signed, keyStore.toString());
        SSLServerSocket socket = (SSLServerSocket) context(keyStore)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getByName(Ports.LOOPBACK));
        ExpiredServer server = new ExpiredServer(socket, trustStore);
        Thread thread = new Thread(server::serve, "expired server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    String address() {
        return Ports.LOOPBACK + ":" + socket.getLocalPort();
    }

    /** Holds the authority that signed the certificate, so that nothing but its time is wrong. */
    Path trustStore() {
        return trustStore;
    }

    String password() {
        return PASSWORD;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (SSLSocket client = (SSLSocket) socket.accept()) {
                client.startHandshake();
            } catch (IOException e) {
                // The client went away, or the server is closed.
            }
        }
    }

    private static SSLContext context(Path keyStore) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** @param arguments without spaces in any of them */
    private static void keytool(String arguments, String store) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Launch.currentJavaHome().resolve("bin").resolve("keytool").toString());
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-keystore", store, "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes());
        if (keytool.waitFor() != 0) {
            throw new SandboxException("keytool " + arguments + " failed: " + said);
        }
    }
}
