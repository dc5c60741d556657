package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class IngestIdTest {
    @Test
    void encodesAsTheDocumentationSays() {
        assertThat(new String(IngestId.encode(List.of("AA", 42)), StandardCharsets.UTF_8))
                .isEqualTo("l10:s2:AAi2:42");
    }
}
