package io.hybridingest.sandbox;

import io.hybridingest.nifi.processors.PublishKafkaStream;
import io.hybridingest.nifi.services.StandardKafkaClusterService;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/** A Kafka Cluster Service with the properties of one way to log in, and a runner of the processor that uses it. */
final class SecuredCluster {
    private final TestRunner runner;
    private final StandardKafkaClusterService service = new StandardKafkaClusterService();
    private final Map<PropertyDescriptor, String> settings = new HashMap<>();

    private SecuredCluster(String servers, String protocol) throws Exception {
        this(new PublishKafkaStream(), servers, protocol);
    }

    private SecuredCluster(Processor processor, String servers, String protocol) throws Exception {
        runner = TestRunners.newTestRunner(processor);
        runner.addControllerService("cluster", service);
        set("Bootstrap Servers", servers);
        set("Security Protocol", protocol);
    }

    /** Neither encrypted nor authenticated. */
    static SecuredCluster plaintext(KafkaBroker broker) throws Exception {
        return new SecuredCluster(broker.bootstrapServers(), "PLAINTEXT");
    }

    /** SASL over TLS; whoever does not trust the certificate leaves out {@link #trusting}. */
    static SecuredCluster sasl(SecureListener listener, String mechanism) throws Exception {
        SecuredCluster cluster = new SecuredCluster(listener.bootstrapServers(), "SASL_SSL");
        cluster.set("SASL Mechanism", mechanism);
        return cluster;
    }

    /** User and password over TLS that the client trusts, for a processor of its own. */
    static SecuredCluster user(Processor processor, SecureListener listener, String user, String password)
            throws Exception {
        return new SecuredCluster(processor, listener.bootstrapServers(), "SASL_SSL")
                .set("SASL Mechanism", "SCRAM-SHA-512")
                .set("SASL Username", user)
                .set("SASL Password", password)
                .trusting(listener);
    }

    /** User and password over TLS that the client trusts. */
    static SecuredCluster user(SecureListener listener, String mechanism, String user, String password)
            throws Exception {
        return sasl(listener, mechanism)
                .set("SASL Username", user)
                .set("SASL Password", password)
                .trusting(listener);
    }

    /** TLS with a certificate of the client; null for none. */
    static SecuredCluster certificate(SecureListener listener, Path keyStore) throws Exception {
        return new SecuredCluster(listener.certificateBootstrapServers(), "SSL")
                .stores("SSL Context Service", listener.trustStore(), keyStore, listener.password());
    }

    /** A token of the server over TLS that the client trusts. */
    static SecuredCluster token(SecureListener listener, TokenServer tokens, String secret) throws Exception {
        return sasl(listener, "OAUTHBEARER")
                .set("OAuth Token Endpoint URL", tokens.url())
                .set("OAuth Client ID", "robot")
                .set("OAuth Client Secret", secret)
                .set("OAuth Scope", "kafka")
                .trusting(listener);
    }

    SecuredCluster trusting(SecureListener listener) throws Exception {
        return stores("SSL Context Service", listener.trustStore(), null, listener.password());
    }

    /** Trusts the token endpoint, too. */
    SecuredCluster trustingTokens(SecureListener listener) throws Exception {
        return stores("OAuth SSL Context Service", listener.trustStore(), null, listener.password());
    }

    /** Gives a property an SSL Context Service of its own. */
    SecuredCluster stores(String property, Path trustStore, Path keyStore, String password) throws Exception {
        StoresFake stores = new StoresFake(trustStore, keyStore, password);
        String identifier = "stores-" + UUID.randomUUID();
        runner.addControllerService(identifier, stores);
        runner.enableControllerService(stores);
        return set(property, identifier);
    }

    SecuredCluster set(String property, String value) {
        settings.put(service.getPropertyDescriptor(property), value);
        runner.setProperty(service, property, value);
        return this;
    }

    StandardKafkaClusterService enable() {
        runner.enableControllerService(service);
        return service;
    }

    StandardKafkaClusterService service() {
        return service;
    }

    SecuredCluster disable() {
        runner.disableControllerService(service);
        return this;
    }

    List<ConfigVerificationResult> verify() {
        return service.verify(
                new MockConfigurationContext(
                        service, settings, runner.getProcessContext().getControllerServiceLookup(), Map.of()),
                runner.getLogger(),
                Map.of());
    }

    /** The runner, with nothing set beside the service's own properties. */
    TestRunner runner() {
        return runner;
    }

    /** The runner, ready to publish {@link Readings} to the topic. */
    TestRunner publisher(String topic) throws Exception {
        enable();
        Readings.configure(runner, topic, 1_000_000);
        return runner;
    }
}
