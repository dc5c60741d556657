package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.apache.nifi.nar.NarClassLoader;
import org.apache.nifi.nar.NarUnpackMode;
import org.apache.nifi.nar.NarUnpacker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NarContentsIT {
    private static final String SPARK_JAR = "io/hybridingest/spark/hybrid-ingest-spark.jar";
    private static final long MEBIBYTE = 1024 * 1024;

    private final Layout layout = Layout.ofBuild();

    @Test
    void staysSmallEnoughToUpload() throws IOException {
        assertThat(Files.size(layout.nar())).isLessThan(40 * MEBIBYTE);
    }

    @Test
    void bundlesNothingThatNifiOrTheParentNarHas() throws IOException {
        Path parent = Layout.files(layout.nifiLibrary(), ".nar").stream()
                .filter(nar -> nar.getFileName().toString().startsWith("nifi-standard-services-api-nar"))
                .findFirst()
                .orElseThrow();
        Set<String> provided = artifacts(bundled(parent));
        provided.addAll(artifacts(Layout.files(layout.nifiLibrary(), ".jar").stream()
                .map(jar -> jar.getFileName().toString())
                .toList()));

        assertThat(provided).contains("nifi-record", "nifi-utils", "slf4j-api", "nifi-api");
        assertThat(artifacts(bundled(layout.nar())))
                .contains("nifi-hybrid-ingest-processors", "nifi-hybrid-ingest-pipeline", "kafka-clients")
                .doesNotContainAnyElementsOf(provided);
    }

    @Test
    void carriesTheSparkJarAsAResourceAndNotAsClasses(@TempDir Path directory) throws Exception {
        Path unpacked = NarUnpacker.unpackNar(
                        layout.nar().toFile(), directory.toFile(), true, NarUnpackMode.UNPACK_INDIVIDUAL_JARS)
                .toPath();
        try (NarClassLoader loader = new NarClassLoader(unpacked.toFile(), ClassLoader.getPlatformClassLoader())) {
            URL resource = loader.getResource(SPARK_JAR);

            assertThat(resource).isNotNull();
            assertThat(entries(resource)).contains("io/hybridingest/job/IngestJob.class");
            assertThatThrownBy(() -> loader.loadClass("io.hybridingest.job.IngestJob"))
                    .isInstanceOf(ClassNotFoundException.class);
        }
    }

    private static List<String> entries(URL jar) throws IOException {
        try (InputStream content = jar.openStream();
                ZipInputStream zip = new ZipInputStream(content)) {
            List<String> names = new ArrayList<>();
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
            return names;
        }
    }

    private static List<String> bundled(Path nar) throws IOException {
        try (ZipFile zip = new ZipFile(nar.toFile())) {
            return zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("META-INF/bundled-dependencies/") && name.endsWith(".jar"))
                    .map(name -> name.substring(name.lastIndexOf('/') + 1))
                    .toList();
        }
    }

    /** File names without their versions. */
    private static Set<String> artifacts(List<String> jars) {
        return jars.stream().map(jar -> jar.replaceFirst("-\\d.*$", "")).collect(Collectors.toSet());
    }
}
