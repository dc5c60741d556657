package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** The test resources under {@code applications}, compiled against a Spark distribution into a jar. */
final class SparkApplicationJar {
    private SparkApplicationJar() {}

    /** Writes {@code applications.jar} into a directory. */
    static void build(SparkDistribution spark, Path directory) throws IOException, URISyntaxException {
        Path sources =
                Path.of(SparkApplicationJar.class.getResource("/applications").toURI());
        Path classes = Files.createDirectories(directory.resolve("classes"));
        compile(files(sources), spark, classes);
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(directory.resolve("applications.jar")))) {
            for (Path file : files(classes)) {
                jar.putNextEntry(new JarEntry(file.getFileName().toString()));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
    }

    private static void compile(List<Path> sources, SparkDistribution spark, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            files.setLocationFromPaths(
                    StandardLocation.CLASS_PATH, files(spark.sparkHome().resolve("jars")));
            List<String> options = List.of("--release", "17", "-proc:none", "-d", classes.toString());
            boolean compiled = compiler.getTask(
                            said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().toList();
        }
    }
}
