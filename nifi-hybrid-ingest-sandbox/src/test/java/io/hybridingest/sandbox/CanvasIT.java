package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hybridingest.sandbox.NifiApi.Component;
import io.hybridingest.sandbox.feed.FeedScale;
import io.hybridingest.sandbox.proof.HybridRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanvasIT {
    private static final Path PICTURE = Path.of("target", "canvas.png");
    private static final long LARGEST_PICTURE = 300 * 1024;

    private static Sandbox sandbox;

    @TempDir
    Path profile;

    @BeforeAll
    static void start() {
        assumeTrue(
                CanvasPicture.isPossible(),
                "The canvas is not looked at: Chromium or its driver is missing (apt-get install chromium chromium-driver)");
        sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("canvas"))
                .withKafka()
                .withNifi()
                .withSpark()
                .fresh()
                .start();
    }

    @AfterAll
    static void close() {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @Test
    void theImportedTemplateIsValidAndDrawnWhole() throws IOException {
        HybridRun run = new HybridRun(sandbox, FeedScale.small(), Set.of(), line -> {});
        run.importFlow();
        NifiApi api = sandbox.nifi().api();
        api.enableControllerServices(run.group());
        Waiting.until("validation", java.time.Duration.ofMinutes(1), () -> api.processors(run.group()).stream()
                .noneMatch(component -> component.validation().equals("VALIDATING")));

        List<Component> components = api.components(run.group());
        assertThat(components).allSatisfy(component -> assertThat(component.isValid())
                .as("%s: %s", component.name(), component.validationErrors())
                .isTrue());

        int processors = api.processors(run.group()).size();
        try (CanvasPicture picture = CanvasPicture.open(run.canvas(), profile, processors)) {
            assertThat(picture.count("g.processor text.run-status-icon.invalid"))
                    .isZero();
            assertThat(picture.count("g.connection"))
                    .isEqualTo(api.queues(run.group()).size());
            assertThat(picture.count("g.label")).isEqualTo(11);
            picture.save(PICTURE);
        }
        assertThat(Files.size(PICTURE)).isLessThan(LARGEST_PICTURE);
    }
}
