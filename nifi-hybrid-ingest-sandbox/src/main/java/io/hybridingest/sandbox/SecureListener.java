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
 * A second listener of a {@link KafkaBroker} with everything that keeps strangers out: TLS with a certificate that only its
 * own truststore knows, SCRAM-SHA-512 users, tokens signed by keys that a file names, and an authorizer that denies what no
 * ACL allows. The broker's plain listener stays beside it, and whoever comes through that one may do anything.
 */
public final class SecureListener {
    private static final String LOGIN = "org.apache.kafka.common.security.";

    private final Path directory;
    private final Map<String, String> users;
    private final List<Login> logins;
    private final int port = Ports.free();
    private final String password = UUID.randomUUID().toString();

    /**
     * Makes the certificate with the JDK's keytool.
     *
     * @param directory takes the stores
     * @param users passwords of the SCRAM-SHA-512 users by name; names and passwords of letters, digits and hyphens
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

    /** Host and port for Kafka clients. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** PKCS12 store with the certificate to trust. */
    public Path trustStore() {
        return directory.resolve("trust.p12");
    }

    /** Password of the truststore. */
    public String trustStorePassword() {
        return password;
    }

    /** Arguments that make Kafka's StorageTool write the users into the new metadata log. */
    List<String> formatArguments() {
        List<String> arguments = new ArrayList<>();
        users.forEach((name, secret) -> {
            arguments.add("--add-scram");
            arguments.add("SCRAM-SHA-512=[name=%s,password=%s]".formatted(name, secret));
        });
        return arguments;
    }

    /** Options of the broker's JVM. */
    List<String> javaOptions() {
        return logins.stream().flatMap(login -> login.javaOptions().stream()).toList();
    }

    /** What server.properties says about the listener SASL_SSL and about who may do what. */
    String serverProperties() {
        String mechanisms = Stream.concat(
                        Stream.of("SCRAM-SHA-512"), logins.stream().map(Login::mechanism))
                .collect(Collectors.joining(","));
        return """
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                super.users=User:ANONYMOUS
                listener.name.sasl_ssl.ssl.keystore.type=PKCS12
                listener.name.sasl_ssl.ssl.keystore.location=%1$s
                listener.name.sasl_ssl.ssl.keystore.password=%2$s
                listener.name.sasl_ssl.sasl.enabled.mechanisms=%3$s
                listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=%4$sscram.ScramLoginModule required;
                %5$s
                """.formatted(
                        keyStore(),
                        password,
                        mechanisms,
                        LOGIN,
                        logins.stream().map(Login::serverProperties).collect(Collectors.joining("\n")));
    }

    private Path keyStore() {
        return directory.resolve("broker.p12");
    }

    private void makeStores() {
        try {
            Files.createDirectories(directory);
            if (Files.exists(keyStore())) {
                Files.delete(keyStore());
                Files.deleteIfExists(trustStore());
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        Path certificate = directory.resolve("broker.crt");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "broker",
                "-dname",
                "CN=broker of the sandbox",
                "-validity",
                "2",
                "-ext",
                "SAN=ip:127.0.0.1,dns:localhost",
                "-keystore",
                keyStore().toString());
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "broker",
                "-file",
                certificate.toString(),
                "-keystore",
                keyStore().toString());
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                "broker",
                "-file",
                certificate.toString(),
                "-keystore",
                trustStore().toString());
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
