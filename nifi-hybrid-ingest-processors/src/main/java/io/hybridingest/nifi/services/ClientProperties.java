package io.hybridingest.nifi.services;

import static io.hybridingest.nifi.services.StandardKafkaClusterService.BOOTSTRAP_SERVERS;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.KERBEROS_KEYTAB;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.KERBEROS_PRINCIPAL;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.KERBEROS_SERVICE_NAME;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.OAUTH_CLIENT_ID;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.OAUTH_CLIENT_SECRET;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.OAUTH_SCOPE;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.OAUTH_SSL_CONTEXT_SERVICE;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.OAUTH_TOKEN_ENDPOINT_URL;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.SASL_MECHANISM;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.SASL_PASSWORD;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.SASL_USERNAME;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.SECURITY_PROTOCOL;
import static io.hybridingest.nifi.services.StandardKafkaClusterService.SSL_CONTEXT_SERVICE;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.ssl.SSLContextService;

/**
 * Turns the service's properties into Kafka's client properties. The Spark job gets the same properties and brings
 * older clients, and so every class that those load exists under the same name in Kafka 3.4 and 4.1.
 */
final class ClientProperties {
    private static final String OAUTH_CALLBACK =
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler";

    /** Kafka's default would need a JOSE library to load, for keys that only a broker has use for. Older clients ignore it. */
    private static final String TOKEN_VALIDATOR = "org.apache.kafka.common.security.oauthbearer.ClientJwtValidator";

    private final PropertyContext context;
    private final Map<String, String> properties = new HashMap<>();

    private ClientProperties(PropertyContext context) {
        this.context = context;
    }

    /** @param all every property that is set, dynamic ones among them */
    static Map<String, String> read(PropertyContext context, Map<PropertyDescriptor, String> all) {
        ClientProperties reading = new ClientProperties(context);
        SecurityProtocol protocol = context.getProperty(SECURITY_PROTOCOL).asAllowableValue(SecurityProtocol.class);
        reading.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, reading.text(BOOTSTRAP_SERVERS));
        reading.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol.getValue());
        if (protocol.sasl()) {
            reading.readSasl();
        }
        if (protocol.tls()) {
            reading.properties.putAll(reading.stores(SSL_CONTEXT_SERVICE));
        }
        reading.readDynamic(all);
        return Map.copyOf(reading.properties);
    }

    /** Those alone that are set as dynamic properties. */
    static Map<String, String> dynamic(PropertyContext context, Map<PropertyDescriptor, String> all) {
        ClientProperties reading = new ClientProperties(context);
        reading.readDynamic(all);
        return Map.copyOf(reading.properties);
    }

    private void readDynamic(Map<PropertyDescriptor, String> all) {
        all.keySet().stream()
                .filter(PropertyDescriptor::isDynamic)
                .forEach(descriptor ->
                        put(descriptor.getName(), descriptor.isSensitive() ? secret(descriptor) : text(descriptor)));
    }

    private void readSasl() {
        SaslMechanism mechanism = context.getProperty(SASL_MECHANISM).asAllowableValue(SaslMechanism.class);
        put(SaslConfigs.SASL_MECHANISM, mechanism.getValue());
        JaasEntry entry =
                switch (mechanism) {
                    case PLAIN -> JaasEntry.plain(text(SASL_USERNAME), secret(SASL_PASSWORD));
                    case SCRAM_SHA_256, SCRAM_SHA_512 -> JaasEntry.scram(text(SASL_USERNAME), secret(SASL_PASSWORD));
                    case OAUTHBEARER -> {
                        put(SaslConfigs.SASL_LOGIN_CALLBACK_HANDLER_CLASS, OAUTH_CALLBACK);
                        put(SaslConfigs.SASL_OAUTHBEARER_JWT_VALIDATOR_CLASS, TOKEN_VALIDATOR);
                        put(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL, text(OAUTH_TOKEN_ENDPOINT_URL));
                        yield JaasEntry.clientCredentials(
                                text(OAUTH_CLIENT_ID),
                                secret(OAUTH_CLIENT_SECRET),
                                text(OAUTH_SCOPE),
                                stores(OAUTH_SSL_CONTEXT_SERVICE));
                    }
                    case GSSAPI -> {
                        put(SaslConfigs.SASL_KERBEROS_SERVICE_NAME, text(KERBEROS_SERVICE_NAME));
                        yield JaasEntry.keytab(text(KERBEROS_PRINCIPAL), text(KERBEROS_KEYTAB));
                    }
                };
        put(SaslConfigs.SASL_JAAS_CONFIG, entry.text());
    }

    /** The stores of an SSL Context Service as Kafka's properties; none where no service is set. */
    private Map<String, String> stores(PropertyDescriptor descriptor) {
        Map<String, String> stores = new TreeMap<>();
        SSLContextService service = context.getProperty(descriptor).asControllerService(SSLContextService.class);
        if (service == null) {
            return stores;
        }
        if (service.isTrustStoreConfigured()) {
            stores.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, service.getTrustStoreFile());
            stores.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, service.getTrustStoreType());
            stores.put(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, service.getTrustStorePassword());
        }
        if (service.isKeyStoreConfigured()) {
            String keyPassword = service.getKeyPassword();
            stores.put(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, service.getKeyStoreFile());
            stores.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, service.getKeyStoreType());
            stores.put(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, service.getKeyStorePassword());
            stores.put(
                    SslConfigs.SSL_KEY_PASSWORD_CONFIG,
                    keyPassword == null ? service.getKeyStorePassword() : keyPassword);
        }
        stores.values().removeIf(Objects::isNull);
        return stores;
    }

    private void put(String name, String value) {
        if (value != null) {
            properties.put(name, value);
        }
    }

    private String text(PropertyDescriptor descriptor) {
        return context.getProperty(descriptor).evaluateAttributeExpressions().getValue();
    }

    /** A secret is taken as it is typed: what looks like an expression in it is part of it. */
    private String secret(PropertyDescriptor descriptor) {
        return context.getProperty(descriptor).getValue();
    }
}
