package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Applications in Java that know nothing of NiFi, compiled against the Spark distribution that is to run them. */
final class JvmApplications {
    private JvmApplications() {}

    /** Makes a JAR of the sources among the resources. */
    static Path jar(SparkDistribution spark, Path directory) throws IOException, URISyntaxException {
        Path classes = Files.createDirectories(directory.resolve("classes"));
        List<String> options =
                List.of("--release", "17", "-proc:none", "-d", classes.toString(), "-classpath", jars(spark));
        Path sources = Path.of(JvmApplications.class
                        .getResource("/applications/SettlingBatch.java")
                        .toURI())
                .getParent();
        List<String> all;
        try (Stream<Path> files = Files.list(sources)) {
            all = Stream.concat(options.stream(), files.map(Path::toString)).toList();
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, all.toArray(String[]::new)))
                .isZero();
        Path jar = directory.resolve("applications.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
            }
        }
        return jar;
    }

    private static String jars(SparkDistribution spark) throws IOException {
        try (Stream<Path> jars = Files.list(spark.sparkHome().resolve("jars"))) {
            return jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        }
    }
}
