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

/**
 * A second listener of a {@link KafkaBroker} with everything that keeps strangers out: TLS with a certificate that only its
 * own truststore knows, SCRAM-SHA-512 users, tokens signed by keys that a file names, and an authorizer that denies what no
 * ACL allows. The broker's plain listener stays beside it, and whoever comes through that one may do anything.
 */
public final class SecureListener {
    private static final String LOGIN = "org.apache.kafka.common.security.";

    private final Path directory;
    private final Map<String, String> users;
    private final Path tokenKeys;
    private final int port = Ports.free();
    private final String password = UUID.randomUUID().toString();

    /**
     * Makes the certificate with the JDK's keytool.
     *
     * @param directory takes the stores
     * @param users passwords of the SCRAM-SHA-512 users by name; names and passwords of letters, digits and hyphens
     * @param tokenKeys JSON Web Key Set that tokens are checked with, null to let nobody in with a token
     */
    public static SecureListener create(Path directory, Map<String, String> users, Path tokenKeys) {
        SecureListener listener = new SecureListener(directory.toAbsolutePath(), users, tokenKeys);
        listener.makeStores();
        return listener;
    }

    private SecureListener(Path directory, Map<String, String> users, Path tokenKeys) {
        this.directory = directory;
        this.users = Map.copyOf(users);
        this.tokenKeys = tokenKeys;
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
        return tokenKeys == null
                ? List.of()
                : List.of(
                        "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=" + tokenKeys.toUri(),
                        "-Dorg.apache.kafka.sasl.oauthbearer.allowed.files=" + tokenKeys);
    }

    /** What server.properties says about the listener SASL_SSL and about who may do what. */
    String serverProperties() {
        String tokens = tokenKeys == null ? "" : """
                listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=%1$soauthbearer.OAuthBearerLoginModule required;
                listener.name.sasl_ssl.oauthbearer.sasl.server.callback.handler.class=\
                %1$soauthbearer.OAuthBearerValidatorCallbackHandler
                listener.name.sasl_ssl.oauthbearer.sasl.oauthbearer.jwks.endpoint.url=%2$s
                """.formatted(LOGIN, tokenKeys.toUri());
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
                keyStore(), password, tokenKeys == null ? "SCRAM-SHA-512" : "SCRAM-SHA-512,OAUTHBEARER", LOGIN, tokens);
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
