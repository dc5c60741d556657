package io.hybridingest.nifi.services;

import org.apache.nifi.components.DescribedValue;

/** How user and password are proved to the brokers. */
enum SaslMechanism implements DescribedValue {
    PLAIN("PLAIN", "plain.PlainLoginModule", "The password itself is sent: use it over TLS only."),
    SCRAM_SHA_256("SCRAM-SHA-256", "scram.ScramLoginModule", "The password never leaves this node."),
    SCRAM_SHA_512("SCRAM-SHA-512", "scram.ScramLoginModule", "The password never leaves this node.");

    private final String value;
    private final String loginModule;
    private final String description;

    SaslMechanism(String value, String loginModule, String description) {
        this.value = value;
        this.loginModule = "org.apache.kafka.common.security." + loginModule;
        this.description = description;
    }

    /** The value of {@code sasl.jaas.config}. */
    String jaas(String username, String password) {
        return loginModule + " required username=" + quoted(username) + " password=" + quoted(password) + ";";
    }

    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
        return "\"" + escaped + "\"";
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    public String getDisplayName() {
        return value;
    }

    @Override
    public String getDescription() {
        return description;
    }
}
