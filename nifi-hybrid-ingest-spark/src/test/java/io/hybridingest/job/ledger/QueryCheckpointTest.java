package io.hybridingest.job.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryCheckpointTest {
    @TempDir
    private Path home;

    private QueryCheckpoint checkpoint;

    @BeforeEach
    void make() {
        checkpoint = new QueryCheckpoint(new org.apache.hadoop.fs.Path(home.toUri()), new Configuration());
    }

    @Test
    void aNewOneIsAheadOfNothing() throws IOException {
        generation(1);
        assertThat(checkpoint.isAheadOf(Optional::empty)).isFalse();
    }

    @Test
    void isAheadWhereTheTableLacksWhatItHasFinished() throws IOException {
        generation(1);
        finish(7);
        assertThat(checkpoint.isAheadOf(() -> Optional.of(commit(1, 7)))).isFalse();
        assertThat(checkpoint.isAheadOf(() -> Optional.of(commit(1, 8))))
                .as("a crash came before it was finished")
                .isFalse();
        assertThat(checkpoint.isAheadOf(() -> Optional.of(commit(1, 6)))).isTrue();
        assertThat(checkpoint.isAheadOf(Optional::empty)).isTrue();
    }

    @Test
    void goesByTheGenerationFirst() throws IOException {
        generation(1);
        finish(7);
        assertThat(checkpoint.isAheadOf(() -> Optional.of(commit(0, 9)))).isTrue();
        assertThat(checkpoint.isAheadOf(() -> Optional.of(commit(2, 0))))
                .as("an older checkpoint that was put back")
                .isFalse();
    }

    @Test
    void theTableIsLookedAtAfterIt() throws IOException {
        generation(1);
        finish(7);
        assertThat(checkpoint.isAheadOf(() -> {
                    finishQuietly(8);
                    return Optional.of(commit(1, 7));
                }))
                .as("another run finishes its micro-batch between the two looks")
                .isFalse();
    }

    private void generation(int number) throws IOException {
        Files.writeString(home.resolve(Generation.FILE), Integer.toString(number));
    }

    private void finish(long batchId) throws IOException {
        Files.writeString(Files.createDirectories(home.resolve("commits")).resolve(Long.toString(batchId)), "v1\n{}");
    }

    private void finishQuietly(long batchId) {
        try {
            finish(batchId);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CommitMetadata commit(int generation, long batchId) {
        return new CommitMetadata(
                "orders",
                Lane.BATCH,
                1,
                generation,
                batchId,
                new TreeMap<>(),
                null,
                new RowCounts(1, 0, 0),
                null,
                new TreeMap<>(),
                null);
    }
}
