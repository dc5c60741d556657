package io.hybridingest.sandbox;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The Spark JAR, which the NAR holds as a resource; the class path of a test has to get it. */
final class SparkJarResource {
    private static final String NAME = "io/hybridingest/spark/hybrid-ingest-spark.jar";

    private SparkJarResource() {}

    /** Puts the built JAR where the Spark processors look for it. */
    static void bundle() throws IOException, URISyntaxException {
        Layout layout = Layout.ofBuild();
        Path built = layout.root()
                .resolve("nifi-hybrid-ingest-spark/target/nifi-hybrid-ingest-spark-" + layout.version() + ".jar");
        Path resource = Path.of(SparkJarResource.class.getResource("/").toURI()).resolve(NAME);
        Files.createDirectories(resource.getParent());
        Files.copy(built, resource, StandardCopyOption.REPLACE_EXISTING);
    }
}
