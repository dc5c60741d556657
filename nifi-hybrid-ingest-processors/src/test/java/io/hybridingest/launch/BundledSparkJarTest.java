package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledSparkJarTest {
    @TempDir
    private Path working;

    @Test
    void unpacksOnceUnderANameWithItsChecksum() throws Exception {
        Path jar = BundledSparkJar.unpack(getClass(), working);
        assertThat(jar.getFileName().toString()).matches("hybrid-ingest-spark-[0-9a-f]{12}\\.jar");
        FileTime written = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(jar, written);
        assertThat(BundledSparkJar.unpack(getClass(), working)).isEqualTo(jar);
        assertThat(Files.getLastModifiedTime(jar)).isEqualTo(written);
        assertThat(jar.getParent()).isDirectoryNotContaining(file -> !file.equals(jar));
    }

    @Test
    void saysWhatToInstallWhereTheResourceIsMissing() {
        assertThatThrownBy(() -> BundledSparkJar.unpack(String.class, working))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Install the complete nifi-hybrid-ingest-nar");
    }
}
