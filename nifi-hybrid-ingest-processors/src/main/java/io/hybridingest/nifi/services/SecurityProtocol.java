package io.hybridingest.nifi.services;

import org.apache.nifi.components.DescribedValue;

/** How clients talk to the brokers; the values are Kafka's own. */
enum SecurityProtocol implements DescribedValue {
    PLAINTEXT("No encryption, no authentication."),
    SSL("TLS; a client certificate, where the SSL Context Service has a keystore, authenticates."),
    SASL_PLAINTEXT("SASL over an unencrypted connection."),
    SASL_SSL("SASL over TLS.");

    private final String description;

    SecurityProtocol(String description) {
        this.description = description;
    }

    boolean sasl() {
        return this == SASL_PLAINTEXT || this == SASL_SSL;
    }

    boolean tls() {
        return this == SSL || this == SASL_SSL;
    }

    @Override
    public String getValue() {
        return name();
    }

    @Override
    public String getDisplayName() {
        return name();
    }

    @Override
    public String getDescription() {
        return description;
    }
}
