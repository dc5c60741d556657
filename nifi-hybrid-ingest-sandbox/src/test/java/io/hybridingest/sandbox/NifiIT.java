package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NifiIT {
    @Test
    void offersOurComponentsAndKeepsItsFlowOverAKill(@TempDir Path directory) {
        try (Nifi nifi = Nifi.start(directory)) {
            assertThat(nifi.api().version())
                    .isEqualTo(Layout.ofBuild().versions().get("nifi"));
            String root = nifi.api().rootGroup();
            nifi.kill();
            nifi.restart();
            assertThat(nifi.api().rootGroup()).isEqualTo(root);
        }
    }
}
