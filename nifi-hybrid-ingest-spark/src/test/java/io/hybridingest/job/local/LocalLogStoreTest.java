package io.hybridingest.job.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalLogStoreTest {
    private static final int VERSIONS = 200;

    private final Configuration hadoop = new Configuration();

    @TempDir
    private Path log;

    @Test
    void ofTwoWritersOfOneVersionOneFailsAndTheOthersCommitStays() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService writers = Executors.newFixedThreadPool(2);
        List<Future<List<Integer>>> won = new ArrayList<>();
        for (String writer : List.of("stream", "batch")) {
            won.add(writers.submit(() -> write(start, writer)));
        }
        List<Integer> stream = won.get(0).get();
        List<Integer> batch = won.get(1).get();
        writers.shutdown();

        assertThat(stream).doesNotContainAnyElementsOf(batch);
        assertThat(stream.size() + batch.size()).isEqualTo(VERSIONS);
        for (int version = 0; version < VERSIONS; version++) {
            String writer = stream.contains(version) ? "stream" : "batch";
            assertThat(Files.readString(log.resolve(version + ".json"))).isEqualTo(writer + "\n" + version + "\n");
        }
        assertThat(files()).as("nothing is left behind").hasSize(VERSIONS);
    }

    @Test
    void overwritesWhereItMay() throws IOException {
        LocalLogStore store = new LocalLogStore(hadoop);
        Path file = log.resolve("_last_checkpoint");
        store.write(hadoopPath(file), List.of("1").iterator(), true, hadoop);
        Files.writeString(log.resolve("._last_checkpoint.crc"), "about 1");

        store.write(hadoopPath(file), List.of("2").iterator(), true, hadoop);

        assertThat(store.read(hadoopPath(file), hadoop)).toIterable().containsExactly("2");
    }

    private List<Integer> write(CyclicBarrier start, String writer) throws Exception {
        LocalLogStore store = new LocalLogStore(hadoop);
        List<Integer> won = new ArrayList<>();
        for (int version = 0; version < VERSIONS; version++) {
            start.await();
            try {
                List<String> lines = List.of(writer, Integer.toString(version));
                store.write(hadoopPath(log.resolve(version + ".json")), lines.iterator(), false, hadoop);
                won.add(version);
            } catch (FileAlreadyExistsException expected) {
                // The other one was faster.
            }
        }
        return won;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            return files.toList();
        }
    }

    private static org.apache.hadoop.fs.Path hadoopPath(Path path) {
        return new org.apache.hadoop.fs.Path(path.toUri());
    }
}
