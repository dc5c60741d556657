package io.hybridingest.kafka;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/** Says why a cluster lets a client not in, or why the client has nothing to show to it, and what to do about that. */
final class AccessFailure {
    /** Alerts of a broker about the client's certificate: there is none, or not one that it takes. */
    private static final List<String> REFUSALS = List.of(
            "bad_certificate",
            "certificate_expired",
            "certificate_required",
            "certificate_unknown",
            "unknown_ca",
            "unsupported_certificate");

    private AccessFailure() {}

    /**
     * Explains what a Kafka client reported.
     *
     * @param clientProperties properties that the client was made with
     * @return a sentence without its full stop; empty where the failure is about something else than access
     */
    static Optional<String> explain(Throwable reported, Map<String, String> clientProperties) {
        String said = "(" + deepest(reported) + ")";
        String mechanism = clientProperties.getOrDefault(SaslConfigs.SASL_MECHANISM, "");
        if (holds(reported, SslAuthenticationException.class)) {
            return Optional.of("TLS failed " + said + ": " + tlsRemedy(reported));
        }
        if (holds(reported, UnsupportedSaslMechanismException.class)) {
            return Optional.of("The brokers do not offer the mechanism " + said
                    + ": choose one that they offer as SASL Mechanism, or have it enabled for their listener");
        }
        if (holds(reported, AuthenticationException.class)) {
            return Optional.of("The brokers did not accept the credentials " + said + ": " + saslRemedy(mechanism));
        }
        if (holds(reported, LoginException.class)) {
            return Optional.of(
                    "There are no credentials to show to the brokers " + said + ": " + loginRemedy(mechanism));
        }
        Throwable thrown = underKafka(reported);
        return thrown != reported && (thrown instanceof IOException || thrown instanceof GeneralSecurityException)
                ? Optional.of("The Kafka client cannot be made (" + message(thrown)
                        + "): check that the files of the SSL Context Service exist, that NiFi's user may read them, and "
                        + "their types and passwords")
                : Optional.empty();
    }

    /** What the innermost exception says, for the end of a sentence. */
    static String deepest(Throwable reported) {
        return message(causes(reported).reduce((first, second) -> second).orElse(reported));
    }

    /** Of a file's exception the message is only the path. */
    private static String message(Throwable thrown) {
        return thrown.getMessage() == null || thrown instanceof FileSystemException
                ? thrown.toString()
                : thrown.getMessage();
    }

    private static String tlsRemedy(Throwable reported) {
        String all = causes(reported).map(String::valueOf).collect(Collectors.joining(" "));
        if (REFUSALS.stream().anyMatch(alert -> all.contains("fatal alert: " + alert))) {
            return "the brokers ask for a client certificate that they trust. Set a keystore in the SSL Context Service whose "
                    + "certificate is valid and was signed by an authority in the brokers' truststore";
        }
        if (all.contains("CertificateExpiredException") || all.contains("CertificateNotYetValidException")) {
            return "the brokers' certificate is not valid at this time. Have it made anew, and check the clock of this node";
        }
        if (all.contains("PKIX") || all.contains("unable to find valid certification path")) {
            return "the brokers' certificate comes from nobody that this node trusts. Put the certificate of the authority that "
                    + "signed it into the truststore of the SSL Context Service";
        }
        if (all.contains("No subject alternative") || all.contains("No name matching")) {
            return "the brokers' certificate was made for another host name. Use the names in the certificate as Bootstrap "
                    + "Servers and advertised listeners, or have it made anew";
        }
        return "check the stores of the SSL Context Service and ssl.* of the brokers' listener";
    }

    private static String saslRemedy(String mechanism) {
        return switch (mechanism) {
            case "OAUTHBEARER" ->
                "check that the brokers trust the OAuth server, and OAuth Scope, audience and issuer of the token";
            case "GSSAPI" ->
                "check Kerberos Principal, Kerberos Keytab and Kerberos Service Name, and the clocks of this node and the brokers";
            default -> "check SASL Mechanism, SASL Username and SASL Password";
        };
    }

    private static String loginRemedy(String mechanism) {
        return switch (mechanism) {
            case "OAUTHBEARER" ->
                "check OAuth Token Endpoint URL, OAuth Client ID, OAuth Client Secret and OAuth Scope, and that this node reaches "
                        + "the token endpoint and trusts it, or OAuth SSL Context Service does";
            case "GSSAPI" ->
                "check that Kerberos Keytab holds Kerberos Principal (klist -k), and that krb5.conf names the realm's KDC and this "
                        + "node reaches it";
            default -> "check sasl.jaas.config";
        };
    }

    /** Stores are read while the client is made, and only Kafka's plainest exception is around what goes wrong then. */
    private static Throwable underKafka(Throwable reported) {
        Throwable inner = reported;
        while (inner.getCause() != null
                && (inner.getClass() == KafkaException.class || inner instanceof ExecutionException)) {
            inner = inner.getCause();
        }
        return inner;
    }

    private static boolean holds(Throwable reported, Class<? extends Throwable> type) {
        return causes(reported).anyMatch(type::isInstance);
    }

    private static Stream<Throwable> causes(Throwable reported) {
        return Stream.iterate(reported, cause -> cause != null, Throwable::getCause);
    }
}
