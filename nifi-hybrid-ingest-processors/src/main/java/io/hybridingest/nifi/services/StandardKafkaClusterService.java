package io.hybridingest.nifi.services;

import io.hybridingest.kafka.ClusterProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.nifi.annotation.behavior.DynamicProperty;
import org.apache.nifi.annotation.behavior.SupportsSensitiveDynamicProperties;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.ssl.SSLContextService;

/** The properties of one Kafka cluster, read once when the service is enabled. */
@Tags({"hybrid-ingest", "kafka", "cluster", "connection", "bootstrap", "sasl", "ssl"})
@CapabilityDescription(
        "One Kafka cluster, said once: where it is and how to authenticate. PublishKafkaStream publishes to it, "
                + "and the Spark processors hand it on to the job that reads from it.")
@DynamicProperty(
        name = "A Kafka client property, such as max.request.size",
        value = "Its value",
        expressionLanguageScope = ExpressionLanguageScope.ENVIRONMENT,
        description =
                "Passed to every producer, consumer and admin client that knows it. Names that contain password, secret "
                        + "or jaas are kept as sensitive values.")
@SupportsSensitiveDynamicProperties
@SeeAlso(classNames = "io.hybridingest.nifi.processors.PublishKafkaStream")
public class StandardKafkaClusterService extends AbstractControllerService
        implements KafkaClusterService, VerifiableControllerService {

    static final PropertyDescriptor BOOTSTRAP_SERVERS = new PropertyDescriptor.Builder()
            .name("Bootstrap Servers")
            .description("Brokers to ask for the rest of the cluster, as host:port, separated by commas.")
            .required(true)
            .addValidator(StandardValidators.HOSTNAME_PORT_LIST_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    static final PropertyDescriptor SECURITY_PROTOCOL = new PropertyDescriptor.Builder()
            .name("Security Protocol")
            .description("How clients talk to the brokers: security.protocol of Kafka.")
            .required(true)
            .allowableValues(SecurityProtocol.class)
            .defaultValue(SecurityProtocol.PLAINTEXT)
            .build();

    static final PropertyDescriptor SASL_MECHANISM = new PropertyDescriptor.Builder()
            .name("SASL Mechanism")
            .description("How user and password are proved to the brokers.")
            .required(true)
            .allowableValues(SaslMechanism.class)
            .defaultValue(SaslMechanism.SCRAM_SHA_512)
            .dependsOn(SECURITY_PROTOCOL, SecurityProtocol.SASL_PLAINTEXT, SecurityProtocol.SASL_SSL)
            .build();

    static final PropertyDescriptor SASL_USERNAME = new PropertyDescriptor.Builder()
            .name("SASL Username")
            .description("User that the clients authenticate as.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(SECURITY_PROTOCOL, SecurityProtocol.SASL_PLAINTEXT, SecurityProtocol.SASL_SSL)
            .build();

    static final PropertyDescriptor SASL_PASSWORD = new PropertyDescriptor.Builder()
            .name("SASL Password")
            .description("Password of the user.")
            .required(true)
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .dependsOn(SECURITY_PROTOCOL, SecurityProtocol.SASL_PLAINTEXT, SecurityProtocol.SASL_SSL)
            .build();

    static final PropertyDescriptor SSL_CONTEXT_SERVICE = new PropertyDescriptor.Builder()
            .name("SSL Context Service")
            .description(
                    "Truststore to trust the brokers with and, for client certificates, a keystore. Without it the JVM's own "
                            + "truststore is used. The files must also be readable at the same path where Spark's driver and executors run.")
            .identifiesControllerService(SSLContextService.class)
            .dependsOn(SECURITY_PROTOCOL, SecurityProtocol.SSL, SecurityProtocol.SASL_SSL)
            .build();

    private static final List<PropertyDescriptor> PROPERTIES = List.of(
            BOOTSTRAP_SERVERS, SECURITY_PROTOCOL, SASL_MECHANISM, SASL_USERNAME, SASL_PASSWORD, SSL_CONTEXT_SERVICE);

    private static final Duration VERIFY_PATIENCE = Duration.ofSeconds(10);

    private volatile Map<String, String> clientProperties;

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTIES;
    }

    @Override
    protected PropertyDescriptor getSupportedDynamicPropertyDescriptor(String name) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .dynamic(true)
                .required(false)
                .sensitive(isSecret(name))
                .addValidator(new KafkaPropertyValidator())
                .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
                .build();
    }

    @OnEnabled
    public void enable(ConfigurationContext context) {
        clientProperties = read(context, context.getProperties());
    }

    @OnDisabled
    public void disable() {
        clientProperties = null;
    }

    @Override
    public Map<String, String> clientProperties() {
        Map<String, String> properties = clientProperties;
        if (properties == null) {
            throw new IllegalStateException("The Kafka Cluster Service is not enabled: enable it");
        }
        return properties;
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ConfigurationContext context, ComponentLog log, Map<String, String> variables) {
        List<ConfigVerificationResult> results = new ArrayList<>();
        ClusterProbe probe;
        try {
            probe = new ClusterProbe(read(context, context.getProperties()));
        } catch (RuntimeException e) {
            log.warn("Kafka client properties cannot be read", e);
            return List.of(result(
                    "Read configuration",
                    Outcome.FAILED,
                    "The properties cannot be read (" + e.getMessage() + "): enable the SSL Context Service first"));
        }
        List<String> unresolved = probe.unresolved();
        results.add(
                unresolved.isEmpty()
                        ? result("Resolve bootstrap servers", Outcome.SUCCESSFUL, "Every host has an address")
                        : result(
                                "Resolve bootstrap servers",
                                Outcome.FAILED,
                                "No address for " + String.join(", ", unresolved)
                                        + ": correct Bootstrap Servers, or the name resolution of this node"));
        results.add(connect(probe, log));
        return results;
    }

    private static ConfigVerificationResult connect(ClusterProbe probe, ComponentLog log) {
        String step = "Connect to the cluster";
        try {
            return result(step, Outcome.SUCCESSFUL, probe.connect(VERIFY_PATIENCE));
        } catch (AuthenticationException e) {
            log.warn("Kafka did not accept the credentials", e);
            return result(
                    step,
                    Outcome.FAILED,
                    "The brokers did not accept the credentials (" + e.getMessage()
                            + "): check SASL Mechanism, user and password, and the SSL Context Service");
        } catch (KafkaException e) {
            log.warn("Kafka did not answer", e);
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return result(
                    step,
                    Outcome.FAILED,
                    "The brokers did not answer within " + VERIFY_PATIENCE.toSeconds() + " seconds ("
                            + cause.getMessage()
                            + "): check that they run, that this node reaches their advertised listeners, and that Security "
                            + "Protocol is the listener's");
        }
    }

    private static ConfigVerificationResult result(String step, Outcome outcome, String explanation) {
        return new ConfigVerificationResult.Builder()
                .verificationStepName(step)
                .outcome(outcome)
                .explanation(explanation)
                .build();
    }

    private static Map<String, String> read(PropertyContext context, Map<PropertyDescriptor, String> all) {
        Map<String, String> properties = new HashMap<>();
        SecurityProtocol protocol = context.getProperty(SECURITY_PROTOCOL).asAllowableValue(SecurityProtocol.class);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, text(context, BOOTSTRAP_SERVERS));
        properties.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol.getValue());
        if (protocol.sasl()) {
            SaslMechanism mechanism = context.getProperty(SASL_MECHANISM).asAllowableValue(SaslMechanism.class);
            properties.put(SaslConfigs.SASL_MECHANISM, mechanism.getValue());
            properties.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    mechanism.jaas(
                            text(context, SASL_USERNAME),
                            context.getProperty(SASL_PASSWORD).getValue()));
        }
        if (protocol.tls() && context.getProperty(SSL_CONTEXT_SERVICE).isSet()) {
            putStores(
                    properties, context.getProperty(SSL_CONTEXT_SERVICE).asControllerService(SSLContextService.class));
        }
        all.keySet().stream()
                .filter(PropertyDescriptor::isDynamic)
                .forEach(descriptor -> properties.put(descriptor.getName(), text(context, descriptor)));
        return Map.copyOf(properties);
    }

    private static void putStores(Map<String, String> properties, SSLContextService service) {
        if (service.isTrustStoreConfigured()) {
            put(properties, SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, service.getTrustStoreFile());
            put(properties, SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, service.getTrustStoreType());
            put(properties, SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, service.getTrustStorePassword());
        }
        if (service.isKeyStoreConfigured()) {
            put(properties, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, service.getKeyStoreFile());
            put(properties, SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, service.getKeyStoreType());
            put(properties, SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, service.getKeyStorePassword());
            String keyPassword = service.getKeyPassword();
            put(
                    properties,
                    SslConfigs.SSL_KEY_PASSWORD_CONFIG,
                    keyPassword == null ? service.getKeyStorePassword() : keyPassword);
        }
    }

    private static void put(Map<String, String> properties, String name, String value) {
        if (value != null) {
            properties.put(name, value);
        }
    }

    private static String text(PropertyContext context, PropertyDescriptor descriptor) {
        return context.getProperty(descriptor).evaluateAttributeExpressions().getValue();
    }

    private static boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Stream.of("password", "secret", "jaas").anyMatch(lower::contains);
    }
}
