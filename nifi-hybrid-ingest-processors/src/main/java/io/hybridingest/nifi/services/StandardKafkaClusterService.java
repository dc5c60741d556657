package io.hybridingest.nifi.services;

import io.hybridingest.kafka.CheckedStep;
import io.hybridingest.kafka.ClusterProbe;
import io.hybridingest.kafka.ProducerSettings;
import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.kafka.TopicQuestion;
import io.hybridingest.kafka.TopicWatches;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.SaslConfigs;
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
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.resource.ResourceCardinality;
import org.apache.nifi.components.resource.ResourceType;
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
                "Passed to every producer, consumer and admin client that knows it. What Kafka treats as a password, and "
                        + "names that contain password, secret or jaas, are kept as sensitive values; sensitive values are taken as they "
                        + "are typed, without Expression Language.")
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
            .description("How the clients prove to the brokers who they are.")
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
            .dependsOn(SASL_MECHANISM, SaslMechanism.PLAIN, SaslMechanism.SCRAM_SHA_256, SaslMechanism.SCRAM_SHA_512)
            .build();

    static final PropertyDescriptor SASL_PASSWORD = new PropertyDescriptor.Builder()
            .name("SASL Password")
            .description("Password of the user.")
            .required(true)
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .dependsOn(SASL_MECHANISM, SaslMechanism.PLAIN, SaslMechanism.SCRAM_SHA_256, SaslMechanism.SCRAM_SHA_512)
            .build();

    static final PropertyDescriptor OAUTH_TOKEN_ENDPOINT_URL = new PropertyDescriptor.Builder()
            .name("OAuth Token Endpoint URL")
            .description(
                    "Where the OAuth 2 server gives out tokens for client credentials. Kafka's clients only ask URLs that the system "
                            + "property org.apache.kafka.sasl.oauthbearer.allowed.urls of NiFi's JVM lists: where NiFi was started "
                            + "without that property, this service adds the URL itself; where it was started with one, the URL has to "
                            + "be in it.")
            .required(true)
            .addValidator(StandardValidators.URL_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(SASL_MECHANISM, SaslMechanism.OAUTHBEARER)
            .build();

    static final PropertyDescriptor OAUTH_CLIENT_ID = new PropertyDescriptor.Builder()
            .name("OAuth Client ID")
            .description("Client that the OAuth 2 server knows.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(SASL_MECHANISM, SaslMechanism.OAUTHBEARER)
            .build();

    static final PropertyDescriptor OAUTH_CLIENT_SECRET = new PropertyDescriptor.Builder()
            .name("OAuth Client Secret")
            .description("Secret of the client.")
            .required(true)
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .dependsOn(SASL_MECHANISM, SaslMechanism.OAUTHBEARER)
            .build();

    static final PropertyDescriptor OAUTH_SCOPE = new PropertyDescriptor.Builder()
            .name("OAuth Scope")
            .description("Scope to ask the token for. The server decides where nothing is set.")
            .required(false)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(SASL_MECHANISM, SaslMechanism.OAUTHBEARER)
            .build();

    static final PropertyDescriptor OAUTH_SSL_CONTEXT_SERVICE = new PropertyDescriptor.Builder()
            .name("OAuth SSL Context Service")
            .description(
                    "Stores to reach the token endpoint with, where it is not the JVM's own truststore that trusts it. It may be "
                            + "another one than that of the brokers.")
            .required(false)
            .identifiesControllerService(SSLContextService.class)
            .dependsOn(SASL_MECHANISM, SaslMechanism.OAUTHBEARER)
            .build();

    static final PropertyDescriptor KERBEROS_PRINCIPAL = new PropertyDescriptor.Builder()
            .name("Kerberos Principal")
            .description("Principal that the clients log in as, such as nifi/host.example.com@EXAMPLE.COM.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(SASL_MECHANISM, SaslMechanism.GSSAPI)
            .build();

    static final PropertyDescriptor KERBEROS_KEYTAB = new PropertyDescriptor.Builder()
            .name("Kerberos Keytab")
            .description(
                    "File with the principal's key, readable by NiFi's user, and at the same path where Spark's driver and "
                            + "executors run.")
            .required(true)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.FILE)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(SASL_MECHANISM, SaslMechanism.GSSAPI)
            .build();

    static final PropertyDescriptor KERBEROS_SERVICE_NAME = new PropertyDescriptor.Builder()
            .name("Kerberos Service Name")
            .description("First part of the brokers' own principal: kafka for kafka/broker.example.com@EXAMPLE.COM.")
            .required(true)
            .defaultValue("kafka")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(SASL_MECHANISM, SaslMechanism.GSSAPI)
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
            BOOTSTRAP_SERVERS,
            SECURITY_PROTOCOL,
            SASL_MECHANISM,
            SASL_USERNAME,
            SASL_PASSWORD,
            OAUTH_TOKEN_ENDPOINT_URL,
            OAUTH_CLIENT_ID,
            OAUTH_CLIENT_SECRET,
            OAUTH_SCOPE,
            OAUTH_SSL_CONTEXT_SERVICE,
            KERBEROS_PRINCIPAL,
            KERBEROS_KEYTAB,
            KERBEROS_SERVICE_NAME,
            SSL_CONTEXT_SERVICE);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private volatile Enabled enabled;

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTIES;
    }

    @Override
    protected PropertyDescriptor getSupportedDynamicPropertyDescriptor(String name) {
        boolean secret = KafkaPropertyValidator.isSecret(name);
        return new PropertyDescriptor.Builder()
                .name(name)
                .dynamic(true)
                .required(false)
                .sensitive(secret)
                .addValidator(new KafkaPropertyValidator())
                .expressionLanguageSupported(
                        secret ? ExpressionLanguageScope.NONE : ExpressionLanguageScope.ENVIRONMENT)
                .build();
    }

    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        List<ValidationResult> results = new ArrayList<>();
        if (usesSasl(context)
                && SaslMechanism.OAUTHBEARER
                        .getValue()
                        .equals(context.getProperty(SASL_MECHANISM).getValue())) {
            results.add(tokenEndpointIsAllowed(tokenEndpoint(context)));
        }
        ProducerSettings.conflict(ClientProperties.dynamic(context, context.getProperties()))
                .ifPresent(conflict -> results.add(new ValidationResult.Builder()
                        .subject("Kafka client properties")
                        .valid(false)
                        .explanation(conflict)
                        .build()));
        return results;
    }

    private static ValidationResult tokenEndpointIsAllowed(String url) {
        return new ValidationResult.Builder()
                .subject(OAUTH_TOKEN_ENDPOINT_URL.getName())
                .input(url)
                .valid(url == null || TokenEndpoints.allowable(url))
                .explanation("NiFi was started with a list of token endpoints that does not hold this URL: add it to -D"
                        + TokenEndpoints.ALLOWED + " in bootstrap.conf and start NiFi again")
                .build();
    }

    @OnEnabled
    public void enable(ConfigurationContext context) {
        Map<String, String> properties = properties(context);
        enabled = new Enabled(properties, TopicWatches.of(properties, PATIENCE));
    }

    @OnDisabled
    public void disable() {
        Enabled current = enabled;
        enabled = null;
        if (current != null) {
            current.watches().close();
        }
    }

    @Override
    public Map<String, String> clientProperties() {
        return current().properties();
    }

    @Override
    public TopicObserver observe(TopicQuestion question) {
        return current().watches().observe(question);
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ConfigurationContext context, ComponentLog log, Map<String, String> variables) {
        Map<String, String> properties;
        try {
            properties = properties(context);
        } catch (RuntimeException e) {
            log.warn("Kafka client properties cannot be read", e);
            return List.of(result(CheckedStep.failed(
                    "Read the configuration",
                    "The properties cannot be read (" + e.getMessage() + "): enable the SSL Context Service first",
                    e)));
        }
        List<CheckedStep> steps = new ClusterProbe(properties, PATIENCE).run();
        steps.stream()
                .filter(step -> step.cause() != null)
                .forEach(step -> log.warn("Verification of Kafka failed at: {}", step.name(), step.cause()));
        return steps.stream().map(StandardKafkaClusterService::result).toList();
    }

    private static ConfigVerificationResult result(CheckedStep step) {
        return new ConfigVerificationResult.Builder()
                .verificationStepName(step.name())
                .outcome(
                        switch (step.outcome()) {
                            case PASSED -> Outcome.SUCCESSFUL;
                            case FAILED -> Outcome.FAILED;
                            case SKIPPED -> Outcome.SKIPPED;
                        })
                .explanation(step.explanation())
                .build();
    }

    private Enabled current() {
        Enabled current = enabled;
        if (current == null) {
            throw new IllegalStateException("The Kafka Cluster Service is not enabled: enable it");
        }
        return current;
    }

    private static Map<String, String> properties(ConfigurationContext context) {
        Map<String, String> properties = ClientProperties.read(context, context.getProperties());
        String tokenEndpoint = properties.get(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL);
        if (tokenEndpoint != null) {
            TokenEndpoints.allow(tokenEndpoint);
        }
        return properties;
    }

    private static boolean usesSasl(PropertyContext context) {
        return context.getProperty(SECURITY_PROTOCOL)
                .asAllowableValue(SecurityProtocol.class)
                .sasl();
    }

    private static String tokenEndpoint(PropertyContext context) {
        return context.getProperty(OAUTH_TOKEN_ENDPOINT_URL)
                .evaluateAttributeExpressions()
                .getValue();
    }

    /**
     * What the service holds while it is enabled.
     *
     * @param properties Kafka client properties, secrets included
     * @param watches the one view on the cluster's topics that all publishers share
     */
    private record Enabled(Map<String, String> properties, TopicWatches watches) {}
}
