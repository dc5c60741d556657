package io.hybridingest.nifi.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.spi.LoginModule;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.security.util.TlsConfiguration;
import org.apache.nifi.ssl.SSLContextService;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StandardKafkaClusterServiceTest {
    private final TestRunner runner = TestRunners.newTestRunner(Idle.class);
    private final StandardKafkaClusterService service = new StandardKafkaClusterService();

    @BeforeEach
    void addService() throws Exception {
        runner.addControllerService("cluster", service);
        runner.setProperty(service, StandardKafkaClusterService.BOOTSTRAP_SERVERS, "one:9092,two:9092");
    }

    @Test
    void plaintextNeedsNothingButServers() {
        runner.enableControllerService(service);

        assertThat(service.clientProperties())
                .isEqualTo(Map.of("bootstrap.servers", "one:9092,two:9092", "security.protocol", "PLAINTEXT"));
    }

    @Test
    void aDisabledServiceSaysSo() {
        assertThatThrownBy(service::clientProperties).hasMessageContaining("enable it");
    }

    @ParameterizedTest
    @EnumSource(
            value = SaslMechanism.class,
            names = {"PLAIN", "SCRAM_SHA_256", "SCRAM_SHA_512"})
    void passwordsReachTheLoginModuleWhateverTheyHold(SaslMechanism mechanism) {
        String password = "a\\b\"c'd;e=f #g\\\"h$";
        runner.setProperty(service, StandardKafkaClusterService.SECURITY_PROTOCOL, SecurityProtocol.SASL_PLAINTEXT);
        runner.setProperty(service, StandardKafkaClusterService.SASL_MECHANISM, mechanism);
        runner.setProperty(service, StandardKafkaClusterService.SASL_USERNAME, "us\"er");
        runner.setProperty(service, StandardKafkaClusterService.SASL_PASSWORD, password);

        runner.enableControllerService(service);

        Map<String, String> properties = service.clientProperties();
        assertThat(properties).containsEntry("sasl.mechanism", mechanism.getValue());
        Map<String, ?> options = login(properties).getOptions();
        assertThat(options.get("username")).isEqualTo("us\"er");
        assertThat(options.get("password")).isEqualTo(password);
    }

    @Test
    void saslNeedsUserAndPassword() {
        runner.setProperty(service, StandardKafkaClusterService.SECURITY_PROTOCOL, SecurityProtocol.SASL_SSL);

        runner.assertNotValid(service);
    }

    @Test
    void clientCredentialsReachTheLoginModuleWithTheStoresOfTheTokenEndpoint() throws Exception {
        StoresFake stores = new StoresFake();
        runner.addControllerService("stores", stores);
        runner.enableControllerService(stores);
        oauth("https://login.example.com/token");
        runner.setProperty(service, StandardKafkaClusterService.OAUTH_CLIENT_SECRET, "s\"e\\c'r=e;t");
        runner.setProperty(service, StandardKafkaClusterService.OAUTH_SCOPE, "kafka");
        runner.setProperty(service, StandardKafkaClusterService.OAUTH_SSL_CONTEXT_SERVICE, "stores");

        runner.enableControllerService(service);

        Map<String, String> properties = service.clientProperties();
        assertThat(properties)
                .containsEntry("sasl.mechanism", "OAUTHBEARER")
                .containsEntry("sasl.oauthbearer.token.endpoint.url", "https://login.example.com/token")
                .containsEntry(
                        "sasl.login.callback.handler.class",
                        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler")
                .doesNotContainKey("ssl.truststore.location");
        Map<String, ?> options = login(properties).getOptions();
        assertThat(options.get("clientId")).isEqualTo("nifi");
        assertThat(options.get("clientSecret")).isEqualTo("s\"e\\c'r=e;t");
        assertThat(options.get("scope")).isEqualTo("kafka");
        assertThat(options.get("ssl.truststore.location")).isEqualTo("/trust.p12");
    }

    @Test
    void theTokenEndpointIsAllowedUnlessTheJvmWasStartedWithAListOfItsOwn() {
        String allowed = System.getProperty(TokenEndpoints.ALLOWED);
        try {
            System.clearProperty(TokenEndpoints.ALLOWED);
            oauth("https://one.example.com/token");
            runner.enableControllerService(service);
            assertThat(System.getProperty(TokenEndpoints.ALLOWED).split(",")).contains("https://one.example.com/token");
            runner.disableControllerService(service);

            oauth("https://two.example.com/token");
            runner.enableControllerService(service);
            assertThat(System.getProperty(TokenEndpoints.ALLOWED).split(","))
                    .contains("https://one.example.com/token", "https://two.example.com/token");
            runner.disableControllerService(service);

            System.setProperty(TokenEndpoints.ALLOWED, "https://two.example.com/token,https://other.example.com/");
            runner.assertValid(service);
            oauth("https://three.example.com/token");
            assertThatThrownBy(() -> runner.enableControllerService(service))
                    .hasMessageContaining("add it to -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls");
        } finally {
            if (allowed == null) {
                System.clearProperty(TokenEndpoints.ALLOWED);
            } else {
                System.setProperty(TokenEndpoints.ALLOWED, allowed);
            }
        }
    }

    @Test
    void aKeytabReachesKerberosLoginModule(@TempDir Path directory) throws Exception {
        Path keytab = Files.createFile(directory.resolve("nifi.keytab"));
        runner.setProperty(service, StandardKafkaClusterService.SECURITY_PROTOCOL, SecurityProtocol.SASL_SSL);
        runner.setProperty(service, StandardKafkaClusterService.SASL_MECHANISM, SaslMechanism.GSSAPI);
        runner.setProperty(service, StandardKafkaClusterService.KERBEROS_PRINCIPAL, "nifi/host@EXAMPLE.COM");
        runner.setProperty(service, StandardKafkaClusterService.KERBEROS_KEYTAB, directory + "/absent.keytab");
        runner.assertNotValid(service);
        runner.setProperty(service, StandardKafkaClusterService.KERBEROS_KEYTAB, keytab.toString());

        runner.enableControllerService(service);

        assertThat(service.clientProperties())
                .containsEntry("sasl.mechanism", "GSSAPI")
                .containsEntry("sasl.kerberos.service.name", "kafka");
        AppConfigurationEntry entry = login(service.clientProperties());
        assertThat(Class.forName(entry.getLoginModuleName())).isAssignableTo(LoginModule.class);
        assertThat(entry.getOptions().get("principal")).isEqualTo("nifi/host@EXAMPLE.COM");
        assertThat(entry.getOptions().get("keyTab")).isEqualTo(keytab.toString());
        assertThat(entry.getOptions().get("useKeyTab")).isEqualTo("true");
        assertThat(entry.getOptions().get("useTicketCache")).isEqualTo("false");
    }

    @ParameterizedTest
    @CsvSource({
        "OAUTHBEARER, OAuth Token Endpoint URL is required",
        "GSSAPI, Kerberos Principal is required",
        "PLAIN, SASL Username is required"
    })
    void eachMechanismAsksForItsOwnProperties(SaslMechanism mechanism, String needed) {
        runner.setProperty(service, StandardKafkaClusterService.SECURITY_PROTOCOL, SecurityProtocol.SASL_SSL);
        runner.setProperty(service, StandardKafkaClusterService.SASL_MECHANISM, mechanism);

        assertThatThrownBy(() -> runner.enableControllerService(service)).hasMessageContaining(needed);
    }

    @Test
    void theStoresOfTheSslContextServiceArePassedOn() throws Exception {
        StoresFake stores = new StoresFake();
        runner.addControllerService("stores", stores);
        runner.enableControllerService(stores);
        runner.setProperty(service, StandardKafkaClusterService.SECURITY_PROTOCOL, SecurityProtocol.SSL);
        runner.setProperty(service, StandardKafkaClusterService.SSL_CONTEXT_SERVICE, "stores");

        runner.enableControllerService(service);

        assertThat(service.clientProperties())
                .containsEntry("ssl.truststore.location", "/trust.p12")
                .containsEntry("ssl.truststore.type", "PKCS12")
                .containsEntry("ssl.truststore.password", "trust")
                .containsEntry("ssl.keystore.location", "/key.p12")
                .containsEntry("ssl.keystore.password", "store")
                .containsEntry("ssl.key.password", "store");
    }

    @Test
    void dynamicPropertiesArePassedOn() {
        runner.setProperty(service, "max.request.size", "2097152");
        runner.enableControllerService(service);

        assertThat(service.clientProperties()).containsEntry("max.request.size", "2097152");
    }

    @Test
    void aDynamicSecretIsTakenAsItIsTyped() {
        String secret = "${now()} #{x} ${";
        runner.setProperty(service, "ssl.keystore.password", secret);
        runner.enableControllerService(service);

        assertThat(service.clientProperties()).containsEntry("ssl.keystore.password", secret);
    }

    @Test
    void propertiesThatDoNotFitTogetherAreRefusedBeforeAnythingStarts() {
        runner.setProperty(service, "delivery.timeout.ms", "5000");
        runner.assertNotValid(service);
        assertThatThrownBy(() -> runner.enableControllerService(service))
                .hasMessageContaining("the sum of linger.ms and request.timeout.ms");

        runner.setProperty(service, "request.timeout.ms", "2000");
        runner.assertValid(service);
    }

    @ParameterizedTest
    @CsvSource({
        "max.reqest.size, 1, is no property of Kafka's producer",
        "linger.ms, soon, Write a value of type LONG",
        "acks, 1, delivery rests on it",
        "auto.offset.reset, latest, each client of the cluster decides it",
        "interceptor.classes, org.example.Interceptor, takes no interceptors",
        "bootstrap.servers, x:1, set the property 'Bootstrap Servers' instead"
    })
    void aPropertyThatKafkaWouldNotTakeIsRefusedWithARemedy(String name, String value, String remedy) {
        ValidationResult result = runner.setProperty(service, name, value);

        assertThat(result.isValid()).isFalse();
        assertThat(result.getExplanation()).contains(remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "ssl.key.password, true",
        "sasl.oauthbearer.client.credentials.client.secret, true",
        "ssl.keystore.key, true",
        "sasl.oauthbearer.assertion.private.key.passphrase, true",
        "linger.ms, false"
    })
    void secretsAreSensitive(String name, boolean sensitive) {
        assertThat(service.getPropertyDescriptor(name).isSensitive()).isEqualTo(sensitive);
    }

    @Test
    void verifySaysWhichStepFailedAndWhatToDo() {
        runner.setProperty(service, StandardKafkaClusterService.BOOTSTRAP_SERVERS, "no-such-host.invalid:9092");
        MockConfigurationContext context = new MockConfigurationContext(
                service,
                Map.of(StandardKafkaClusterService.BOOTSTRAP_SERVERS, "no-such-host.invalid:9092"),
                runner.getProcessContext().getControllerServiceLookup(),
                Map.of());

        List<ConfigVerificationResult> results = service.verify(context, runner.getLogger(), Map.of());

        assertThat(results)
                .extracting(ConfigVerificationResult::getVerificationStepName, ConfigVerificationResult::getOutcome)
                .containsExactly(
                        tuple("Resolve the bootstrap servers", Outcome.FAILED),
                        tuple("Connect to the bootstrap servers", Outcome.SKIPPED),
                        tuple("Authenticate", Outcome.SKIPPED));
        assertThat(results.getFirst().getExplanation())
                .contains("No address for no-such-host.invalid", "correct Bootstrap Servers");
    }

    @Test
    void verifySaysSoWhereTheSslContextServiceDoesNotAnswer() throws Exception {
        StoresFake disabled = new StoresFake() {
            @Override
            public boolean isTrustStoreConfigured() {
                throw new IllegalStateException("it is disabled");
            }
        };
        runner.addControllerService("stores", disabled);
        runner.enableControllerService(disabled);
        MockConfigurationContext context = new MockConfigurationContext(
                service,
                Map.of(
                        StandardKafkaClusterService.BOOTSTRAP_SERVERS, "one:9092",
                        StandardKafkaClusterService.SECURITY_PROTOCOL, "SSL",
                        StandardKafkaClusterService.SSL_CONTEXT_SERVICE, "stores"),
                runner.getProcessContext().getControllerServiceLookup(),
                Map.of());

        assertThat(service.verify(context, runner.getLogger(), Map.of()))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.getOutcome()).isEqualTo(Outcome.FAILED);
                    assertThat(result.getExplanation())
                            .contains("it is disabled", "enable the SSL Context Service first");
                });
    }

    private void oauth(String url) {
        runner.setProperty(service, StandardKafkaClusterService.SECURITY_PROTOCOL, SecurityProtocol.SASL_PLAINTEXT);
        runner.setProperty(service, StandardKafkaClusterService.SASL_MECHANISM, SaslMechanism.OAUTHBEARER);
        runner.setProperty(service, StandardKafkaClusterService.OAUTH_TOKEN_ENDPOINT_URL, url);
        runner.setProperty(service, StandardKafkaClusterService.OAUTH_CLIENT_ID, "nifi");
        runner.setProperty(service, StandardKafkaClusterService.OAUTH_CLIENT_SECRET, "secret");
    }

    /** What Kafka's clients make of the properties. */
    private static AppConfigurationEntry login(Map<String, String> properties) {
        return JaasContext.loadClientContext(
                        Map.of("sasl.jaas.config", new Password(properties.get("sasl.jaas.config"))))
                .configurationEntries()
                .getFirst();
    }

    /** A processor to hang services on. */
    public static final class Idle extends AbstractProcessor {
        @Override
        public void onTrigger(ProcessContext context, ProcessSession session) {
            // Nothing is ever queued for it.
        }
    }

    private static class StoresFake extends AbstractControllerService implements SSLContextService {
        @Override
        public TlsConfiguration createTlsConfiguration() {
            throw new UnsupportedOperationException("Kafka reads the files");
        }

        @Override
        public SSLContext createContext() {
            throw new UnsupportedOperationException("Kafka reads the files");
        }

        @Override
        public java.util.Optional<X509ExtendedKeyManager> createKeyManager() {
            return java.util.Optional.empty();
        }

        @Override
        public X509TrustManager createTrustManager() {
            throw new UnsupportedOperationException("Kafka reads the files");
        }

        @Override
        public String getTrustStoreFile() {
            return "/trust.p12";
        }

        @Override
        public String getTrustStoreType() {
            return "PKCS12";
        }

        @Override
        public String getTrustStorePassword() {
            return "trust";
        }

        @Override
        public boolean isTrustStoreConfigured() {
            return true;
        }

        @Override
        public String getKeyStoreFile() {
            return "/key.p12";
        }

        @Override
        public String getKeyStoreType() {
            return "PKCS12";
        }

        @Override
        public String getKeyStorePassword() {
            return "store";
        }

        @Override
        public String getKeyPassword() {
            return null;
        }

        @Override
        public boolean isKeyStoreConfigured() {
            return true;
        }

        @Override
        public String getSslAlgorithm() {
            return "TLS";
        }
    }
}
