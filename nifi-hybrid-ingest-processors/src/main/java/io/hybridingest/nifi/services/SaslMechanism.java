package io.hybridingest.nifi.services;

import org.apache.nifi.components.DescribedValue;

/** How the clients prove to the brokers who they are; the values are Kafka's own. */
enum SaslMechanism implements DescribedValue {
    PLAIN("PLAIN", "User and password. The password itself is sent: use it over TLS only."),
    SCRAM_SHA_256("SCRAM-SHA-256", "User and password. The password never leaves this node."),
    SCRAM_SHA_512("SCRAM-SHA-512", "User and password. The password never leaves this node."),
    OAUTHBEARER(
            "OAUTHBEARER",
            "A token that an OAuth 2 server gives out for a client id and its secret (client credentials). The token is sent: "
                    + "use it over TLS only."),
    GSSAPI("GSSAPI", "Kerberos, with the key of a principal from a keytab file.");

    private final String value;
    private final String description;

    SaslMechanism(String value, String description) {
        this.value = value;
        this.description = description;
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
