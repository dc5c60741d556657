package io.hybridingest.sandbox;

import io.hybridingest.nifi.processors.PublishKafkaStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;

/**
 * Publishes the files of a directory as FlowFiles, and removes each once the session has committed. The first time, it
 * stands still between Kafka's commit and the session's, to be killed there.
 */
final class PublishingApplication {
    private PublishingApplication() {}

    /** @param arguments bootstrap servers, name of pipeline and topic, the directory, and a file that marks the first time */
    public static void main(String[] arguments) throws Exception {
        Path queue = Path.of(arguments[2]);
        TestRunner runner = Readings.runner(
                new StandingStill(Path.of(arguments[3])), arguments[0], arguments[1], 1_000_000, Map.of());
        runner.setProperty("Maximum Batch Duration", "1 min");
        try (Stream<Path> files = Files.list(queue)) {
            for (Path file : files.sorted().toList()) {
                runner.enqueue(
                        Files.readAllBytes(file),
                        Map.of("filename", file.getFileName().toString()));
            }
        }
        runner.run();
        List<MockFlowFile> published = runner.getFlowFilesForRelationship("success");
        for (MockFlowFile flowFile : published) {
            Files.delete(queue.resolve(flowFile.getAttribute("filename")));
        }
        System.exit(0);
    }

    /** After publishing, and before what NiFi does then. */
    private static final class StandingStill extends PublishKafkaStream {
        private final Path marker;

        private StandingStill(Path marker) {
            this.marker = marker;
        }

        @Override
        public void onTrigger(ProcessContext context, ProcessSession session) {
            super.onTrigger(context, session);
            if (Files.exists(marker)) {
                return;
            }
            try {
                Files.createFile(marker);
                new java.util.concurrent.CountDownLatch(1).await();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
