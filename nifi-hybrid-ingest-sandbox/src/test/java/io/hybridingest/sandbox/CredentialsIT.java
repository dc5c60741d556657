package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.Readings.container;
import static io.hybridingest.sandbox.Readings.ids;
import static io.hybridingest.sandbox.Readings.pipeline;
import static io.hybridingest.sandbox.Readings.readCommitted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.sandbox.SecureListener.Login;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ways to log in to a real broker, over TLS: what the right credentials let the publisher and the Spark job do, and what the
 * wrong ones make Verify and the publisher say.
 */
class CredentialsIT {
    private static final String PASSWORD = "publisher-password";
    private static final long MAX_LAG = 1_000_000;

    @TempDir
    private static Path directory;

    private static TokenServer tokens;
    private static SecureListener listener;
    private static KafkaBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        // The token server shows the listener's certificate, and the listener knows the token server's key.
        Path keys = directory.resolve("keys.json");
        listener =
                SecureListener.create(directory.resolve("tls"), Map.of("publisher", PASSWORD), Login.withToken(keys));
        tokens = TokenServer.startWithTls("robot", "robot-secret", listener);
        tokens.writeKeys(keys);
        broker = KafkaBroker.start(directory, listener);
        Administration administration = new Administration(broker);
        for (Right right : Right.values()) {
            administration.allow(
                    right.user, ResourceType.TOPIC, right.topic(), AclOperation.WRITE, AclOperation.DESCRIBE);
            administration.allow(right.user, ResourceType.TRANSACTIONAL_ID, right.topic(), AclOperation.WRITE);
            administration.allow(right.user, ResourceType.GROUP, right.topic(), AclOperation.DESCRIBE);
            broker.createTopic(right.topic(), 1);
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
        tokens.close();
    }

    /** Makes the cluster service. */
    private interface Configuration {
        SecuredCluster cluster() throws Exception;
    }

    /** Credentials that are in order. */
    enum Right {
        PLAIN("publisher", () -> SecuredCluster.user(listener, "PLAIN", "publisher", PASSWORD)),
        SCRAM_SHA_256("publisher", () -> SecuredCluster.user(listener, "SCRAM-SHA-256", "publisher", PASSWORD)),
        SCRAM_WITHOUT_TLS("publisher", () -> SecuredCluster.plaintext(broker)
                .set("Bootstrap Servers", listener.unencryptedBootstrapServers())
                .set("Security Protocol", "SASL_PLAINTEXT")
                .set("SASL Username", "publisher")
                .set("SASL Password", PASSWORD)),
        CERTIFICATE("CN=client", () -> SecuredCluster.certificate(listener, listener.clientKeyStore())),
        TOKEN_OVER_TLS("robot", () -> SecuredCluster.token(listener, tokens, "robot-secret")
                .trustingTokens(listener));

        private final String user;
        private final Configuration configuration;

        Right(String user, Configuration configuration) {
            this.user = user;
            this.configuration = configuration;
        }

        String topic() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".";
        }
    }

    /** Credentials that are not, and what is said about them. */
    enum Wrong {
        PLAIN_PASSWORD(
                () -> SecuredCluster.user(listener, "PLAIN", "publisher", "wrong"),
                "The brokers did not accept the credentials (Authentication failed: Invalid username or password): check SASL "
                        + "Mechanism, SASL Username and SASL Password"),
        SCRAM_PASSWORD(
                () -> SecuredCluster.user(listener, "SCRAM-SHA-256", "publisher", "wrong"),
                "The brokers did not accept the credentials (Authentication failed during authentication due to invalid "
                        + "credentials with SASL mechanism SCRAM-SHA-256): check SASL Mechanism, SASL Username and SASL Password"),
        NO_CERTIFICATE(
                () -> SecuredCluster.certificate(listener, null),
                "the brokers ask for a client certificate that they trust. Set a keystore in the SSL Context Service"),
        CERTIFICATE_OF_A_STRANGER(
                () -> SecuredCluster.certificate(listener, listener.strangerKeyStore()),
                "Set a keystore in the SSL Context Service whose certificate is valid and was signed by an authority in the "
                        + "brokers' truststore"),
        KEYSTORE_PASSWORD(
                () -> SecuredCluster.certificate(listener, null)
                        .stores("SSL Context Service", listener.trustStore(), listener.clientKeyStore(), "wrong"),
                "The Kafka client cannot be made (keystore password was incorrect): check that the files "
                        + "of the SSL Context Service exist"),
        KEYSTORE_MISSING(
                () -> SecuredCluster.certificate(listener, directory.resolve("absent.p12")),
                "absent.p12): check that the files of the SSL Context Service exist"),
        TOKEN_ENDPOINT_THAT_NOBODY_TRUSTS(
                () -> SecuredCluster.token(listener, tokens, "robot-secret"),
                "this node reaches the token endpoint and trusts it, or OAuth SSL Context Service does"),
        CLIENT_SECRET(
                () -> SecuredCluster.token(listener, tokens, "wrong").trustingTokens(listener),
                "There are no credentials to show to the brokers"),
        TLS_TO_A_PLAIN_LISTENER(
                () -> SecuredCluster.certificate(listener, null).set("Bootstrap Servers", broker.bootstrapServers()),
                "that Security Protocol is the listener's");

        private final Configuration configuration;
        private final String said;

        Wrong(Configuration configuration, String said) {
            this.configuration = configuration;
            this.said = said;
        }
    }

    @ParameterizedTest
    @EnumSource
    void rightCredentialsLetThePublisherAndTheSparkJobIn(Right right) throws Exception {
        SecuredCluster cluster = right.configuration.cluster();
        assertThat(cluster.verify())
                .extracting(ConfigVerificationResult::getOutcome)
                .containsOnly(Outcome.SUCCESSFUL);

        TestRunner runner = cluster.publisher(right.topic());
        runner.enqueue(container(pipeline(right.topic(), MAX_LAG), 0, 100));
        runner.run();

        runner.assertAllFlowFilesTransferred("success", 1);
        assertThat(readCommitted(broker, right.topic()))
                .extracting(Readings::id)
                .containsAll(ids(0, 100));
        assertThat(SparkKafkaClient.login(
                        directory,
                        directory.resolve("no-krb5.conf"),
                        cluster.service().clientProperties()))
                .endsWith("brokers=1\n");
    }

    @ParameterizedTest
    @EnumSource
    void wrongCredentialsAreCalledByTheirNameAndNothingLeavesTheQueue(Wrong wrong) throws Exception {
        ConfigVerificationResult last = wrong.configuration.cluster().verify().getLast();
        assertThat(last.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(last.getExplanation()).contains(wrong.said).doesNotContain(PASSWORD, listener.password());

        TestRunner runner = wrong.configuration.cluster().publisher("plain.");
        runner.enqueue(container(pipeline("plain.", MAX_LAG), 0, 100));
        runner.run(1, false);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            runner.run(1, false, false);
            return said(runner, wrong.said);
        });
        runner.stop();

        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        runner.assertTransferCount("success", 0);
        runner.assertTransferCount("failure", 0);
    }

    @Test
    void credentialsThatAreMendedTakeOverWhereTheWrongOnesStood() throws Exception {
        SecuredCluster cluster = SecuredCluster.user(listener, "PLAIN", "publisher", "wrong");
        TestRunner runner = cluster.publisher("plain.");
        runner.enqueue(container(pipeline("plain.", MAX_LAG), 1000, 100));
        runner.run(1, true);
        runner.assertTransferCount("success", 0);

        cluster.disable().set("SASL Password", PASSWORD).enable();
        runner.run();

        runner.assertAllFlowFilesTransferred("success", 1);
        assertThat(readCommitted(broker, "plain.")).extracting(Readings::id).containsAll(ids(1000, 100));
    }

    private static boolean said(TestRunner runner, String wanted) {
        return runner.getLogger().getErrorMessages().stream()
                .map(LogMessage::getMsg)
                .anyMatch(message -> message.contains(wanted) && message.contains("FlowFiles stay queued"));
    }
}
