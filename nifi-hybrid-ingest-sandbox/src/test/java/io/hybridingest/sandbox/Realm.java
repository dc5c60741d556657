package io.hybridingest.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;

/** A Kerberos realm in this JVM, which takes it for the whole JVM's until it is closed. */
final class Realm implements AutoCloseable {
    static final String NAME = "SANDBOX.TEST";

    private static final String KRB5_CONF = "java.security.krb5.conf";

    private final Path directory;
    private final SimpleKdcServer server;

    private Realm(Path directory, SimpleKdcServer server) {
        this.directory = directory;
        this.server = server;
    }

    /** @param directory takes krb5.conf and the keytabs */
    static Realm start(Path directory) throws Exception {
        Files.createDirectories(directory);
        SimpleKdcServer server = new SimpleKdcServer();
        server.setWorkDir(directory.toFile());
        server.setKdcRealm(NAME);
        server.setKdcHost("localhost");
        server.setAllowUdp(false);
        server.setKdcTcpPort(Ports.free());
        server.init();
        server.start();
        Realm realm = new Realm(directory, server);
        System.setProperty(KRB5_CONF, realm.krb5Conf().toString());
        return realm;
    }

    Path krb5Conf() {
        return directory.resolve("krb5.conf");
    }

    /** The principal's key in a file; makes the principal where there is none. */
    Path keytab(String principal) throws KrbException {
        Path keytab = directory.resolve(principal.replace('/', '-') + ".keytab");
        if (!Files.exists(keytab)) {
            server.createPrincipals(principal);
            server.exportPrincipal(principal, keytab.toFile());
        }
        return keytab;
    }

    @Override
    public void close() throws KrbException {
        System.clearProperty(KRB5_CONF);
        server.stop();
    }
}
