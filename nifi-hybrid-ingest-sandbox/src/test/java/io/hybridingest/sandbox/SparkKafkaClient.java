package io.hybridingest.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Kafka client that the Spark job brings, an older one than NiFi's, on the JDK that Spark runs on: what the job would
 * find with the properties that it is handed.
 */
final class SparkKafkaClient {
    private static final String SOURCE = """
            import java.io.FileReader;
            import java.util.Properties;
            import org.apache.kafka.clients.admin.Admin;

            public class Login {
                public static void main(String[] arguments) throws Exception {
                    Properties properties = new Properties();
                    try (FileReader reader = new FileReader(arguments[0])) {
                        properties.load(reader);
                    }
                    try (Admin admin = Admin.create(properties)) {
                        System.out.println("brokers=" + admin.describeCluster().nodes().get().size());
                    }
                }
            }
            """;

    private SparkKafkaClient() {}

    /**
     * Logs in as the job does.
     *
     * @param directory takes the program and the properties
     * @param krb5Conf where the Kerberos realm is
     * @return everything the program said: {@code brokers=N} at its end, or why not
     */
    static String login(Path directory, Path krb5Conf, Map<String, String> clientProperties)
            throws IOException, InterruptedException {
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.setProperty("default.api.timeout.ms", "20000");
        properties.setProperty("request.timeout.ms", "20000");
        Path settings = directory.resolve("spark-client.properties");
        try (Writer writer = Files.newBufferedWriter(settings)) {
            properties.store(writer, null);
        }
        Path source = Files.writeString(directory.resolve("Login.java"), SOURCE);
        Process process = new ProcessBuilder(
                        Launch.java(Layout.ofBuild().sparkJavaHome()),
                        "-Djava.security.krb5.conf=" + krb5Conf,
                        "-cp",
                        classPath(),
                        source.toString(),
                        settings.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return said;
    }

    /** Spark's Kafka client, and from Kafka's own jars what Spark has anyway. */
    private static String classPath() {
        Layout layout = Layout.ofBuild();
        Stream<Path> client =
                layout.sparkJars().stream().filter(jar -> name(jar).startsWith("kafka-clients-"));
        Stream<Path> others = layout.kafkaJars().stream()
                .filter(jar -> name(jar).matches("(jackson-(core|databind|annotations)|slf4j-api)-.*"));
        return Stream.concat(client, others).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static String name(Path jar) {
        return jar.getFileName().toString();
    }
}
