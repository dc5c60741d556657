package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.hybridingest.kafka.JobLag;
import io.hybridingest.kafka.JobLag.Group;
import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.kafka.TopicQuestion;
import io.hybridingest.kafka.TopicState;
import io.hybridingest.nifi.services.StandardIngestPipelineService;
import io.hybridingest.nifi.services.StandardKafkaClusterService;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.SecureListener.Login;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Kafka Cluster Service and PublishKafkaStream against a broker with TLS, SCRAM, tokens and ACLs. */
class SecuredClusterIT {
    private static final String YAML = """
            pipeline: %1$s
            schema:
              type: record
              name: Reading
              fields:
                - {name: sensor, type: string}
                - {name: read_at, type: {type: long, logicalType: timestamp-millis}}
            identity: [sensor, read_at]
            event-time: {field: read_at, late-after: 15 minutes}
            stream: {topic: %1$s, encoding: avro, max-lag: 1000, when-lagging: hold}
            batch: {landing: /landing}
            table: {path: /table}
            """;

    private static final String PASSWORD = "publisher-password";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private static Path directory;

    private static TokenServer tokens;
    private static Realm realm;
    private static SecureListener listener;
    private static KafkaBroker broker;
    private static Administration administration;

    @BeforeAll
    static void startBroker() throws Exception {
        tokens = TokenServer.start("robot", "robot-secret");
        realm = Realm.start(directory.resolve("realm"));
        listener = SecureListener.create(
                directory.resolve("tls"),
                Map.of("publisher", PASSWORD, "onlooker", "onlooker-password"),
                Login.withToken(tokens.writeKeys(directory.resolve("keys.json"))),
                Login.withTicket(realm.keytab("kafka/localhost"), realm.krb5Conf()));
        broker = KafkaBroker.start(directory, listener);
        administration = new Administration(broker);
        administration.allow("publisher", ResourceType.TOPIC, "orders", AclOperation.CREATE, AclOperation.WRITE);
        administration.allow(
                "publisher", ResourceType.TOPIC, "orders", AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);
        administration.allow(
                "publisher", ResourceType.TRANSACTIONAL_ID, "orders", AclOperation.WRITE, AclOperation.DESCRIBE);
        administration.allow("publisher", ResourceType.GROUP, "orders", AclOperation.DESCRIBE);
        administration.allow("onlooker", ResourceType.TOPIC, "watched", AclOperation.DESCRIBE);
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
        realm.close();
        tokens.close();
    }

    @Test
    void scramOverTlsTakesEveryStep() throws Exception {
        List<ConfigVerificationResult> steps = scram("publisher", PASSWORD).verify();

        assertThat(steps)
                .extracting(ConfigVerificationResult::getVerificationStepName, ConfigVerificationResult::getOutcome)
                .containsExactly(
                        tuple("Resolve the bootstrap servers", Outcome.SUCCESSFUL),
                        tuple("Connect to the bootstrap servers", Outcome.SUCCESSFUL),
                        tuple("Authenticate", Outcome.SUCCESSFUL));
        assertThat(steps.getLast().getExplanation()).contains("1 broker: " + listener.bootstrapServers());
    }

    @Test
    void aWrongPasswordIsToldApartFromACertificateThatNobodyTrusts() throws Exception {
        assertThat(scram("publisher", "wrong").verify().getLast()).satisfies(step -> {
            assertThat(step.getOutcome()).isEqualTo(Outcome.FAILED);
            assertThat(step.getExplanation())
                    .contains(
                            "did not accept the credentials", "check SASL Mechanism, SASL Username and SASL Password");
        });
        assertThat(SecuredCluster.sasl(listener, "SCRAM-SHA-512")
                        .set("SASL Username", "publisher")
                        .set("SASL Password", PASSWORD)
                        .verify()
                        .getLast())
                .satisfies(step -> {
                    assertThat(step.getOutcome()).isEqualTo(Outcome.FAILED);
                    assertThat(step.getExplanation())
                            .contains("TLS failed", "comes from nobody that this node trusts", "SSL Context Service");
                });
    }

    @Test
    void aCertificateThatHasExpiredIsToldApart(@TempDir Path stores) throws Exception {
        try (ExpiredServer server = ExpiredServer.start(stores)) {
            SecuredCluster cluster = SecuredCluster.sasl(listener, "SCRAM-SHA-512")
                    .set("Bootstrap Servers", server.address())
                    .set("SASL Username", "publisher")
                    .set("SASL Password", PASSWORD)
                    .stores("SSL Context Service", server.trustStore(), null, server.password());

            assertThat(cluster.verify().getLast()).satisfies(step -> {
                assertThat(step.getOutcome()).isEqualTo(Outcome.FAILED);
                assertThat(step.getExplanation())
                        .contains("TLS failed", "is not valid at this time", "check the clock of this node");
            });
        }
    }

    @Test
    void aPortThatNobodyListensOnFailsBeforeAnyCredentialsAreShown() throws Exception {
        SecuredCluster nobody = scram("publisher", PASSWORD);
        nobody.set("Bootstrap Servers", "127.0.0.1:" + Ports.free());

        assertThat(nobody.verify())
                .extracting(ConfigVerificationResult::getOutcome)
                .containsExactly(Outcome.SUCCESSFUL, Outcome.FAILED, Outcome.SKIPPED);
    }

    @Test
    void aTokenLetsTheClientIn() throws Exception {
        SecuredCluster cluster = SecuredCluster.token(listener, tokens, "robot-secret");

        assertThat(cluster.verify())
                .extracting(ConfigVerificationResult::getOutcome)
                .containsOnly(Outcome.SUCCESSFUL);
        assertThat(tokens.scope()).isEqualTo("kafka");

        assertThat(SecuredCluster.token(listener, tokens, "wrong").verify().getLast())
                .satisfies(step -> {
                    assertThat(step.getOutcome()).isEqualTo(Outcome.FAILED);
                    assertThat(step.getExplanation())
                            .contains("There are no credentials", "OAuth Token Endpoint URL", "OAuth Client Secret");
                });
    }

    @Test
    void aTicketLetsThePrincipalIn() throws Exception {
        assertThat(kerberos(realm.keytab("nifi"), "nifi@" + Realm.NAME).verify())
                .extracting(ConfigVerificationResult::getOutcome)
                .containsOnly(Outcome.SUCCESSFUL);

        assertThat(kerberos(realm.keytab("nifi"), "stranger@" + Realm.NAME)
                        .verify()
                        .getLast())
                .satisfies(step -> {
                    assertThat(step.getOutcome()).isEqualTo(Outcome.FAILED);
                    assertThat(step.getExplanation())
                            .contains("There are no credentials", "Kerberos Keytab holds Kerberos Principal");
                });
    }

    @Test
    void theOlderClientOfTheSparkJobLogsInWithTheSameProperties() throws Exception {
        SecuredCluster ticket = kerberos(realm.keytab("nifi"), "nifi@" + Realm.NAME);
        for (SecuredCluster cluster :
                List.of(scram("publisher", PASSWORD), SecuredCluster.token(listener, tokens, "robot-secret"), ticket)) {
            Map<String, String> properties = cluster.enable().clientProperties();
            assertThat(SparkKafkaClient.login(directory, realm.krb5Conf(), properties))
                    .endsWith("brokers=1\n");
        }
    }

    @Test
    void recordsArePublishedOverTlsToATopicThatTheProcessorMade() throws Exception {
        PipelineDefinition pipeline = PipelineDefinition.fromYaml(YAML.formatted("orders"));
        TestRunner runner = publisher(scram("publisher", PASSWORD), "orders");
        runner.setProperty("Create Topic", "true");
        runner.setProperty("Topic Partitions", "2");
        runner.setProperty("Topic Replication Factor", "1");
        runner.setProperty("Topic Retention", "10 minutes");
        runner.enqueue(container(pipeline, 200));

        runner.run(1, false);

        runner.assertAllFlowFilesTransferred("success", 1);
        assertThat(administration.ends("orders").size()).isEqualTo(2);
        assertThat(administration.config("orders", "retention.ms")).isEqualTo("600000");
        assertThat(runner.getLogger().getWarnMessages())
                .as("retention below late-after is one bulletin")
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg())
                        .contains(
                                "keeps records for 10 minutes from their event time",
                                "retention.ms to at least 900000"));
        List<ConfigVerificationResult> steps = ((VerifiableProcessor) runner.getProcessor())
                .verify(runner.getProcessContext(), runner.getLogger(), Map.of());
        assertThat(failed(steps)).containsExactly("Keep records long enough");
        assertThat(steps.getLast().getExplanation())
                .contains("No job has published offsets as consumer group orders yet");
        runner.stop();
    }

    @Test
    void eachMissingAclFailsItsOwnStep() throws Exception {
        broker.createTopic("watched", 1);
        TestRunner watched = publisher(scram("onlooker", "onlooker-password"), "watched");
        List<ConfigVerificationResult> steps = ((VerifiableProcessor) watched.getProcessor())
                .verify(watched.getProcessContext(), watched.getLogger(), Map.of());
        assertThat(steps)
                .extracting(ConfigVerificationResult::getVerificationStepName, ConfigVerificationResult::getOutcome)
                .containsExactly(
                        tuple("Fit the pipeline", Outcome.SUCCESSFUL),
                        tuple("Describe the topic", Outcome.SUCCESSFUL),
                        tuple("Write to the topic", Outcome.FAILED),
                        tuple("Use transactions", Outcome.FAILED),
                        tuple("Keep records long enough", Outcome.SKIPPED),
                        tuple("Read the job's lag", Outcome.FAILED));

        broker.createTopic("hidden", 1);
        TestRunner hidden = publisher(scram("onlooker", "onlooker-password"), "hidden");
        assertThat(((VerifiableProcessor) hidden.getProcessor())
                        .verify(hidden.getProcessContext(), hidden.getLogger(), Map.of()))
                .filteredOn(step -> step.getVerificationStepName().equals("Describe the topic"))
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.getOutcome()).isEqualTo(Outcome.FAILED);
                    assertThat(step.getExplanation()).contains("denies this user");
                });
    }

    @Test
    void theLagFollowsTheGroupFromItsFirstOffsetToItsEnd() throws Exception {
        StandardKafkaClusterService cluster = SecuredCluster.plaintext(broker).enable();
        broker.createTopic("followed", 2);
        administration.send("followed", 10);
        try (TopicObserver view = cluster.observe(new TopicQuestion("followed", "follower", null))) {
            assertThat(view.first(PATIENCE)).isInstanceOf(TopicState.Present.class);
            assertThat(lag(view).records()).isEqualTo(10);
            assertThat(lag(view).group()).isEqualTo(Group.ABSENT);

            administration.commit("follower", administration.ends("followed"));
            await().atMost(PATIENCE).until(() -> lag(view).records() == 0);
            assertThat(lag(view).group()).isEqualTo(Group.PUBLISHED);
            assertThat(lag(view).age()).isZero();

            administration.send("followed", 7);
            await().atMost(PATIENCE).until(() -> lag(view).age().toSeconds() >= 2);
            assertThat(lag(view).records()).isEqualTo(7);
            assertThat(lag(view).ageIsMinimum()).isFalse();
            assertThat(lag(view).unmoved().toSeconds()).isGreaterThanOrEqualTo(2);

            administration.deleteGroup("follower");
            await().atMost(PATIENCE).until(() -> lag(view).group() == Group.GONE);
            assertThat(lag(view).records())
                    .as("what the table held, it still holds")
                    .isEqualTo(7);

            administration.commit("follower", administration.ends("followed"));
            await().atMost(PATIENCE)
                    .until(() ->
                            lag(view).group() == Group.PUBLISHED && lag(view).records() == 0);
        }
    }

    @Test
    void aDeletedTopicIsSeenAndSoIsItsReturn() throws Exception {
        StandardKafkaClusterService cluster = SecuredCluster.plaintext(broker).enable();
        broker.createTopic("fleeting", 1);
        try (TopicObserver view = cluster.observe(new TopicQuestion("fleeting", "fleeting", null))) {
            assertThat(view.first(PATIENCE)).isInstanceOf(TopicState.Present.class);
            administration.deleteTopic("fleeting");
            await().atMost(PATIENCE).until(() -> view.latest() instanceof TopicState.Missing);

            broker.createTopic("fleeting", 3);
            await().atMost(PATIENCE)
                    .until(() -> view.latest() instanceof TopicState.Present present && present.partitions() == 3);
        }
    }

    private static JobLag.Known lag(TopicObserver view) {
        return (JobLag.Known) ((TopicState.Present) view.latest()).lag();
    }

    private static List<String> failed(List<ConfigVerificationResult> steps) {
        return steps.stream()
                .filter(step -> step.getOutcome() == Outcome.FAILED)
                .map(ConfigVerificationResult::getVerificationStepName)
                .toList();
    }

    private static SecuredCluster scram(String user, String password) throws Exception {
        return SecuredCluster.user(listener, "SCRAM-SHA-512", user, password);
    }

    private static SecuredCluster kerberos(Path keytab, String principal) throws Exception {
        return SecuredCluster.sasl(listener, "GSSAPI")
                .set("Kerberos Principal", principal)
                .set("Kerberos Keytab", keytab.toString())
                .trusting(listener);
    }

    private static TestRunner publisher(SecuredCluster cluster, String name) throws Exception {
        cluster.enable();
        TestRunner runner = cluster.runner();
        StandardIngestPipelineService pipeline = new StandardIngestPipelineService();
        runner.addControllerService("pipeline", pipeline);
        runner.setProperty(pipeline, "Pipeline Definition", YAML.formatted(name));
        runner.enableControllerService(pipeline);
        runner.setProperty("Pipeline Service", "pipeline");
        runner.setProperty("Kafka Cluster Service", "cluster");
        runner.setProperty("Transactional Id Prefix", name);
        return runner;
    }

    private static byte[] container(PipelineDefinition pipeline, int count) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>())) {
            writer.create(pipeline.wireSchema(), bytes);
            for (int number = 0; number < count; number++) {
                GenericRecord record = new GenericData.Record(pipeline.wireSchema());
                record.put("sensor", "sensor-" + number);
                record.put("read_at", System.currentTimeMillis());
                record.put("_ingest_id", "%032x".formatted(number));
                record.put("_source", "test");
                writer.append(record);
            }
        }
        return bytes.toByteArray();
    }
}
