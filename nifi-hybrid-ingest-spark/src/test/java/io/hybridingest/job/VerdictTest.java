package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "stream/offsets/..12.bc1da26e-25ae-4df4-94d9-2d2cf33dc7d5.tmp.crc",
                "stream/commits",
                "batch-records/sources/0/.7.compact.bc1da26e-25ae-4df4-94d9-2d2cf33dc7d5.tmp"
            })
    void aFileOfTheCheckpointThatIsGoneTellsOfAnotherRun(String file) {
        Verdict verdict = Verdict.of(missing("/lake/payments/_checkpoints/" + file));

        assertThat(verdict.code()).isEqualTo("concurrent-run");
        assertThat(verdict.message()).contains(file).contains("End one of them");
    }

    @Test
    void aFileThatIsGoneHasLanded() {
        assertThat(Verdict.of(missing("/landing/payments/records/offsets-12.avro")))
                .extracting(Verdict::code)
                .isEqualTo("file-missing");
    }

    @Test
    void aCauseThatNobodyKnowsIsToldAsItIs() {
        Verdict verdict = Verdict.of(new IllegalStateException("outside", new IOException("inside\nmore")));

        assertThat(verdict).isEqualTo(new Verdict("failed", "IOException: inside"));
    }

    private static Throwable missing(String file) {
        return new IllegalStateException(
                new UncheckedIOException(new FileNotFoundException("File file:" + file + " does not exist")));
    }
}
