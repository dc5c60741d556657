package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.Readings.container;
import static io.hybridingest.sandbox.Readings.pipeline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.nifi.processors.RunSparkStream;
import io.hybridingest.nifi.services.StandardIngestPipelineService;
import io.hybridingest.nifi.services.StandardSparkSubmitService;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.nifi.util.TestRunner;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Spark job as RunSparkStream launches it, reading from a broker that asks for user, password and rights over TLS. */
class SecuredJobIT {
    private static final String NAME = "guarded";
    private static final String JOB = "job";
    private static final String PASSWORD = "job-password";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    @Test
    void theJobSaysWhichRightItLacksAndGoesOnOnceItHasIt() throws Exception {
        SecureListener listener = SecureListener.create(
                directory.resolve("tls"), Map.of(JOB, PASSWORD, "publisher", "publisher-password"));
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("broker"), listener)) {
            Administration administration = new Administration(broker);
            broker.createTopic(NAME, 1);
            publish(broker, 0);
            TestRunner job = job(listener);
            job.run(1, false);
            try {
                runUntil(job, () -> failures(job).contains("grant READ and DESCRIBE on the topic"));

                administration.allow(JOB, ResourceType.TOPIC, NAME, AclOperation.READ);
                runUntil(
                        job,
                        () -> logs().contains("Cannot publish the offsets of the consumer group")
                                && logs().contains("READ on the consumer group named as the pipeline"));

                administration.allow(JOB, ResourceType.GROUP, NAME, AclOperation.READ);
                publish(broker, 100);
                runUntil(job, () -> committed(broker) > 0 && committed(broker) == end(administration));
            } finally {
                job.stop();
            }
            assertThat(new DeltaLog(directory.resolve("table")).refreshed().rows())
                    .as("rows of the 200 published records")
                    .isEqualTo(200);
            assertThat(logs()).doesNotContain(PASSWORD, listener.password());
            for (Path properties : files("spark.properties")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(properties)))
                        .isEqualTo("rw-------");
            }
        }
    }

    private static void publish(KafkaBroker broker, int first) throws Exception {
        TestRunner runner = Readings.runner(broker, NAME, 1_000_000, Map.of());
        runner.enqueue(container(pipeline(NAME, 1_000_000), first, 100));
        runner.run();
        runner.assertAllFlowFilesTransferred("success", 1);
    }

    private TestRunner job(SecureListener listener) throws Exception {
        SparkJarResource.bundle();
        SecuredCluster cluster = SecuredCluster.user(new RunSparkStream(), listener, JOB, PASSWORD);
        cluster.enable();
        TestRunner runner = cluster.runner();
        SparkDistribution spark = SparkDistribution.install(System.out::println);
        StandardSparkSubmitService submit = new StandardSparkSubmitService();
        runner.addControllerService("submit", submit);
        runner.setProperty(submit, "Spark Home", spark.sparkHome().toString());
        runner.setProperty(submit, "Java Home", spark.javaHome().toString());
        runner.setProperty(submit, "Master", "local[1]");
        runner.setProperty(submit, "Working Directory", runs().toString());
        runner.setProperty(
                submit, "JARs", spark.jars().stream().map(Path::toString).collect(Collectors.joining(",")));
        runner.setProperty(submit, "spark.ui.enabled", "false");
        runner.setProperty(submit, "spark.driver.bindAddress", "127.0.0.1");
        runner.setProperty(submit, "spark.driver.host", "127.0.0.1");
        runner.enableControllerService(submit);
        StandardIngestPipelineService pipeline = new StandardIngestPipelineService();
        runner.addControllerService("pipeline", pipeline);
        runner.setProperty(
                pipeline,
                "Pipeline Definition",
                Readings.yaml(NAME, 1_000_000)
                        .replace("/table", directory.resolve("table").toString())
                        .replace("/landing", directory.resolve("landing").toString()));
        runner.enableControllerService(pipeline);
        runner.setProperty("Spark Submit Service", "submit");
        runner.setProperty("Pipeline Service", "pipeline");
        runner.setProperty("Kafka Cluster Service", "cluster");
        return runner;
    }

    private void runUntil(TestRunner runner, Callable<Boolean> condition) {
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
                runner.run(1, false, false);
                return condition.call();
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("The drivers said: " + logs(), e);
        }
    }

    private Path runs() {
        return directory.resolve("runs");
    }

    private static String failures(TestRunner runner) {
        return runner.getFlowFilesForRelationship("failure").stream()
                .map(flowFile -> flowFile.getAttributes() + flowFile.getContent())
                .collect(Collectors.joining("\n"));
    }

    private String logs() {
        return files("driver.log").stream().map(SecuredJobIT::text).collect(Collectors.joining("\n"));
    }

    private List<Path> files(String name) {
        if (!Files.exists(runs())) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(runs(), 2)) {
            return all.filter(file -> file.endsWith(name)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long committed(KafkaBroker broker) throws Exception {
        try (Admin admin = broker.admin()) {
            return admin
                    .listConsumerGroupOffsets(NAME)
                    .partitionsToOffsetAndMetadata()
                    .get(10, TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
        }
    }

    private static long end(Administration administration) throws Exception {
        return administration.ends(NAME).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
