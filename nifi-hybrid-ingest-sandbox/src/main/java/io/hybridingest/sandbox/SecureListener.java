package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Listeners of a {@link KafkaBroker} with everything that keeps strangers out: TLS with a certificate that only its own
 * truststore knows, and an authorizer that denies what no ACL allows. One asks for SASL: users with PLAIN and SCRAM, tokens
 * signed by keys that a file names, tickets. Another asks for a certificate of the client, and a third for user and
 * password without TLS. The broker's plain listener stays beside them, and whoever comes through that one may do anything.
 */
public final class SecureListener {
    private static final String LOGIN = "org.apache.kafka.common.security.";

    private final Path directory;
    private final Map<String, String> users;
    private final List<Login> logins;
    private final int port = Ports.free();
    private final int certificatePort = Ports.free();
    private final int unencryptedPort = Ports.free();
    private final String password = UUID.randomUUID().toString();

    /**
     * Makes the certificate with the JDK's keytool.
     *
     * @param directory takes the stores
     * @param users passwords of the users by name; names and passwords of letters, digits and hyphens
     * @param logins other ways to log in
     */
    public static SecureListener create(Path directory, Map<String, String> users, Login... logins) {
        SecureListener listener = new SecureListener(directory.toAbsolutePath(), users, List.of(logins));
        listener.makeStores();
        return listener;
    }

    private SecureListener(Path directory, Map<String, String> users, List<Login> logins) {
        this.directory = directory;
        this.users = Map.copyOf(users);
        this.logins = logins;
    }

    /**
     * A way to log in.
     *
     * @param mechanism SASL mechanism
     * @param serverProperties what server.properties says about it
     * @param javaOptions options of the broker's JVM
     */
    public record Login(String mechanism, String serverProperties, List<String> javaOptions) {
        public Login {
            javaOptions = List.copyOf(javaOptions);
        }

        /** Lets in whoever has a token that is signed with one of these keys, a JSON Web Key Set. */
        public static Login withToken(Path keys) {
            String properties = """
                    listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=%1$sOAuthBearerLoginModule required;
                    listener.name.sasl_ssl.oauthbearer.sasl.server.callback.handler.class=\
                    %1$sOAuthBearerValidatorCallbackHandler
                    listener.name.sasl_ssl.oauthbearer.sasl.oauthbearer.jwks.endpoint.url=%2$s
                    """.formatted(LOGIN + "oauthbearer.", keys.toUri());
            return new Login(
                    "OAUTHBEARER",
                    properties,
                    List.of(
                            "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=" + keys.toUri(),
                            "-Dorg.apache.kafka.sasl.oauthbearer.allowed.files=" + keys));
        }

        /** Lets in whoever has a Kerberos ticket for the broker's principal {@code kafka/localhost}. */
        public static Login withTicket(Path keytab, Path krb5Conf) {
            String properties = """
                    listener.name.sasl_ssl.sasl.kerberos.service.name=kafka
                    listener.name.sasl_ssl.gssapi.sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required \
                    useKeyTab=true storeKey=true keyTab="%s" principal="kafka/localhost";
                    """.formatted(keytab);
            return new Login("GSSAPI", properties, List.of("-Djava.security.krb5.conf=" + krb5Conf));
        }
    }

    /** Host and port for Kafka clients that log in with SASL. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Host and port for Kafka clients that show a certificate. */
    public String certificateBootstrapServers() {
        return "127.0.0.1:" + certificatePort;
    }

    /** Host and port for Kafka clients that log in with user and password, unencrypted. */
    public String unencryptedBootstrapServers() {
        return "127.0.0.1:" + unencryptedPort;
    }

    /** PKCS12 store with the certificate to trust. */
    public Path trustStore() {
        return directory.resolve("trust.p12");
    }

    /** PKCS12 store with the broker's certificate and its key. */
    public Path keyStore() {
        return directory.resolve("broker.p12");
    }

    /** PKCS12 store with the key and the certificate of the client that is let in as {@code User:CN=client}. */
    public Path clientKeyStore() {
        return directory.resolve("client.p12");
    }

    /** PKCS12 store with a key and a certificate that the broker has never seen. */
    public Path strangerKeyStore() {
        return directory.resolve("stranger.p12");
    }

    /** Password of all stores. */
    public String password() {
        return password;
    }

    /** Arguments that make Kafka's StorageTool write the users into the new metadata log. */
    List<String> formatArguments() {
        List<String> arguments = new ArrayList<>();
        users.forEach((name, secret) -> {
            for (String mechanism : List.of("SCRAM-SHA-256", "SCRAM-SHA-512")) {
                arguments.add("--add-scram");
                arguments.add("%s=[name=%s,password=%s]".formatted(mechanism, name, secret));
            }
        });
        return arguments;
    }

    /** Options of the broker's JVM. */
    List<String> javaOptions() {
        return logins.stream().flatMap(login -> login.javaOptions().stream()).toList();
    }

    /** Value of {@code listeners} in server.properties. */
    String listeners() {
        return "SASL_SSL://" + bootstrapServers() + ",SSL://" + certificateBootstrapServers() + ",SASL_PLAINTEXT://"
                + unencryptedBootstrapServers();
    }

    /** What server.properties says about these listeners and about who may do what. */
    String serverProperties() {
        String mechanisms = Stream.concat(
                        Stream.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"),
                        logins.stream().map(Login::mechanism))
                .collect(Collectors.joining(","));
        String passwords = passwordProperties("sasl_ssl") + passwordProperties("sasl_plaintext");
        return """
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                super.users=User:ANONYMOUS
                listener.name.sasl_plaintext.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
                listener.name.sasl_ssl.sasl.enabled.mechanisms=%1$s
                %2$s
                %3$s
                %4$s
                listener.name.ssl.ssl.client.auth=required
                listener.name.ssl.ssl.truststore.type=PKCS12
                listener.name.ssl.ssl.truststore.location=%5$s
                listener.name.ssl.ssl.truststore.password=%6$s
                %7$s
                """.formatted(
                        mechanisms,
                        passwords,
                        keyProperties("sasl_ssl"),
                        keyProperties("ssl"),
                        clientTrustStore(),
                        password,
                        logins.stream().map(Login::serverProperties).collect(Collectors.joining("\n")));
    }

    private String passwordProperties(String listener) {
        String passwords = users.entrySet().stream()
                .map(user -> "user_%s=\"%s\"".formatted(user.getKey(), user.getValue()))
                .collect(Collectors.joining(" "));
        return """
                listener.name.%1$s.plain.sasl.jaas.config=%2$splain.PlainLoginModule required %3$s;
                listener.name.%1$s.scram-sha-256.sasl.jaas.config=%2$sscram.ScramLoginModule required;
                listener.name.%1$s.scram-sha-512.sasl.jaas.config=%2$sscram.ScramLoginModule required;
                """.formatted(listener, LOGIN, passwords);
    }

    private String keyProperties(String listener) {
        return """
                listener.name.%1$s.ssl.keystore.type=PKCS12
                listener.name.%1$s.ssl.keystore.location=%2$s
                listener.name.%1$s.ssl.keystore.password=%3$s
                """.formatted(listener, keyStore(), password);
    }

    private Path clientTrustStore() {
        return directory.resolve("clients.p12");
    }

    private void makeStores() {
        try {
            Files.createDirectories(directory);
            for (Path store :
                    List.of(keyStore(), trustStore(), clientKeyStore(), clientTrustStore(), strangerKeyStore())) {
                Files.deleteIfExists(store);
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        makeKey("broker", keyStore());
        trust("broker", keyStore(), trustStore());
        makeKey("client", clientKeyStore());
        trust("client", clientKeyStore(), clientTrustStore());
        makeKey("stranger", strangerKeyStore());
    }

    private void makeKey(String name, Path store) {
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-validity",
                "2",
                "-ext",
                "SAN=ip:127.0.0.1,dns:localhost",
                "-keystore",
                store.toString());
    }

    private void trust(String name, Path keyStore, Path trustStore) {
        String certificate = directory.resolve(name + ".crt").toString();
        keytool("-exportcert", "-rfc", "-alias", name, "-file", certificate, "-keystore", keyStore.toString());
        keytool("-importcert", "-noprompt", "-alias", name, "-file", certificate, "-keystore", trustStore.toString());
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Launch.currentJavaHome().resolve("bin").resolve("keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", password));
        try {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes());
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                keytool.destroyForcibly();
                throw new SandboxException("keytool " + arguments[0] + " failed: " + said);
            }
        } catch (IOException unstartable) {
            throw new UncheckedIOException(unstartable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while keytool ran", interrupted);
        }
    }
}
