package io.hybridingest.nifi.services;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A value of {@code sasl.jaas.config}: one login module with its options. Whatever an option holds, it reaches the login
 * module as it is. The login modules named here exist under the same name in Spark's older Kafka client.
 */
final class JaasEntry {
    private static final String KAFKA = "org.apache.kafka.common.security.";

    private final String loginModule;
    private final Map<String, String> options = new LinkedHashMap<>();

    private JaasEntry(String loginModule) {
        this.loginModule = loginModule;
    }

    static JaasEntry plain(String username, String password) {
        return new JaasEntry(KAFKA + "plain.PlainLoginModule")
                .with("username", username)
                .with("password", password);
    }

    static JaasEntry scram(String username, String password) {
        return new JaasEntry(KAFKA + "scram.ScramLoginModule")
                .with("username", username)
                .with("password", password);
    }

    /**
     * @param scope null to ask for none
     * @param stores Kafka's {@code ssl.*} properties to reach the token endpoint with; empty for the JVM's own truststore
     */
    static JaasEntry clientCredentials(String clientId, String clientSecret, String scope, Map<String, String> stores) {
        JaasEntry entry = new JaasEntry(KAFKA + "oauthbearer.OAuthBearerLoginModule")
                .with("clientId", clientId)
                .with("clientSecret", clientSecret);
        entry.options.putAll(stores);
        return scope == null ? entry : entry.with("scope", scope);
    }

    /** Never asks a person and never takes a ticket that somebody else left in a cache. */
    static JaasEntry keytab(String principal, String keytab) {
        return new JaasEntry("com.sun.security.auth.module.Krb5LoginModule")
                .with("useKeyTab", "true")
                .with("storeKey", "true")
                .with("doNotPrompt", "true")
                .with("useTicketCache", "false")
                .with("refreshKrb5Config", "true")
                .with("principal", principal)
                .with("keyTab", keytab);
    }

    private JaasEntry with(String option, String value) {
        options.put(option, value);
        return this;
    }

    /** The text that Kafka's clients parse; it holds the secrets. */
    String text() {
        return options.entrySet().stream()
                .map(option -> option.getKey() + "=" + quoted(option.getValue()))
                .collect(Collectors.joining(" ", loginModule + " required ", ";"));
    }

    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
        return "\"" + escaped + "\"";
    }
}
