package io.hybridingest.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/**
 * A real single-node Kafka broker (KRaft) as a child process on 127.0.0.1, with its data and log in a directory of its
 * own. Its address stays the same over {@link #kill} and {@link #restart}. Not thread-safe: one owner starts and stops
 * it; its address may be read by anyone.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Processes processes;
    private final Path directory;
    private final Path log;
    private final int port;
    private final int controllerPort;
    private final boolean ownsProcesses;
    /** Null for a broker that everybody may use. */
    private final SecureListener secureListener;

    private ChildProcess process;

    private KafkaBroker(
            Processes processes,
            Path directory,
            Path log,
            int port,
            boolean ownsProcesses,
            SecureListener secureListener) {
        this.processes = processes;
        this.directory = directory;
        this.log = log;
        this.port = port;
        this.controllerPort = Ports.free();
        this.ownsProcesses = ownsProcesses;
        this.secureListener = secureListener;
    }

    /**
     * Starts a broker on a free port and waits until it answers.
     *
     * @param directory takes its data and log; a broker that ran there before finds its topics again
     */
    public static KafkaBroker start(Path directory) {
        return start(directory, null);
    }

    /** Starts a broker as {@link #start(Path)} does, with further listeners that keep strangers out. */
    public static KafkaBroker start(Path directory, SecureListener secureListener) {
        Path absolute = directory.toAbsolutePath();
        Processes processes = Processes.in(absolute.resolve("run"));
        return start(new KafkaBroker(
                processes, absolute, absolute.resolve("kafka.log"), Ports.free(), true, secureListener));
    }

    static KafkaBroker start(Processes processes, Path directory, Path log, int port) {
        return start(new KafkaBroker(processes, directory.toAbsolutePath(), log, port, false, null));
    }

    private static KafkaBroker start(KafkaBroker broker) {
        try {
            broker.prepare();
            broker.launch();
            return broker;
        } catch (RuntimeException failure) {
            broker.close();
            throw failure;
        }
    }

    /** Host and port for Kafka clients. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Process id of the running broker. */
    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    /** Makes a topic and waits for it. */
    public void createTopic(String topic, int partitions) {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while creating topic " + topic, interrupted);
        } catch (Exception failure) {
            throw new SandboxException("Cannot create topic " + topic + ": " + failure.getMessage(), failure);
        }
    }

    /** A new admin client of this broker; the caller closes it. */
    public Admin admin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000));
    }

    /** Ends the broker at once, as a power cut would (SIGKILL). Its data stays. */
    public void kill() {
        processes.kill(process);
    }

    /** Ends the broker gently. Its data stays. */
    public void stop() {
        processes.stop(process);
    }

    /** Starts the broker again at the same address, over the same data, and waits until it answers. */
    public void restart() {
        if (isAlive()) {
            stop();
        }
        launch();
    }

    @Override
    public void close() {
        if (isAlive()) {
            stop();
        }
        if (ownsProcesses) {
            processes.close();
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path settings() {
        return directory.resolve("server.properties");
    }

    private void prepare() {
        try {
            Files.createDirectories(directory);
            Files.createDirectories(log.getParent());
            Files.writeString(settings(), serverProperties());
            Files.writeString(directory.resolve("logback.xml"), LOGBACK);
            if (!Files.exists(data().resolve("meta.properties"))) {
                format();
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private void format() {
        String clusterId = Uuid.randomUuid().toString();
        List<String> command = new ArrayList<>(List.of(
                "kafka.tools.StorageTool",
                "format",
                "-t",
                clusterId,
                "-c",
                settings().toString()));
        if (secureListener != null) {
            command.addAll(secureListener.formatArguments());
        }
        ChildProcess format = processes.start(jvm("kafka-format", command.toArray(String[]::new)));
        Waiting.until("Kafka's storage to be formatted; see " + log, PATIENCE, () -> !format.isAlive());
        processes.stop(format);
        if (!Files.exists(data().resolve("meta.properties"))) {
            throw new SandboxException("Kafka's storage was not formatted. Its log, %s, ends with:%n%s"
                    .formatted(log, format.lastLines()));
        }
    }

    private void launch() {
        process = processes.start(jvm("kafka", "kafka.Kafka", settings().toString()));
        try (Admin admin = admin()) {
            process.awaitReady("Kafka to answer on " + bootstrapServers(), PATIENCE, () -> !admin.describeCluster()
                    .nodes()
                    .get(5, TimeUnit.SECONDS)
                    .isEmpty());
        }
    }

    private Launch jvm(String name, String... mainAndArguments) {
        String classPath = Layout.ofBuild().kafkaJars().stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                Launch.java(Launch.currentJavaHome()),
                "-Xmx512m",
                "-Dlogback.configurationFile=" + directory.resolve("logback.xml"),
                "-cp",
                classPath));
        if (secureListener != null) {
            command.addAll(secureListener.javaOptions());
        }
        command.addAll(List.of(mainAndArguments));
        return new Launch(name, command, Map.of(), directory, log);
    }

    private String serverProperties() {
        String listeners = "PLAINTEXT://127.0.0.1:" + port;
        String secured = "";
        if (secureListener != null) {
            listeners += "," + secureListener.listeners();
            secured = secureListener.serverProperties();
        }
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=%1$s,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=%1$s
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
                inter.broker.listener.name=PLAINTEXT
                log.dirs=%3$s
                num.partitions=2
                auto.create.topics.enable=true
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=4
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=4
                transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                group.initial.rebalance.delay.ms=0
                message.max.bytes=1048588
                %4$s
                """.formatted(listeners, controllerPort, data(), secured);
    }

    private static final String LOGBACK = """
            <configuration>
              <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level %logger{36} %msg%n</pattern></encoder>
              </appender>
              <logger name="kafka.server.KafkaConfig" level="WARN"/>
              <logger name="org.apache.kafka.common.config.AbstractConfig" level="WARN"/>
              <root level="INFO"><appender-ref ref="CONSOLE"/></root>
            </configuration>
            """;
}
