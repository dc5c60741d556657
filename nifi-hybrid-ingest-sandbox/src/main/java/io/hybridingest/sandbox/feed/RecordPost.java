package io.hybridingest.sandbox.feed;

import io.hybridingest.sandbox.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Posts bodies, again and again until they are taken: at least once each. Used by one thread. */
final class RecordPost {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int SERVER_ERROR = 500;
    private static final int OK = 200;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI address;

    RecordPost(URI address) {
        this.address = address;
    }

    /**
     * Returns once the body was taken.
     *
     * @throws SandboxException when it is refused, or not taken within three minutes
     */
    void send(byte[] body) {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String trouble;
        do {
            trouble = attempt(request);
            if (trouble.isEmpty()) {
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        } while (System.nanoTime() < deadline);
        throw new SandboxException(
                "%s took no record for %d s: %s; see NiFi's log".formatted(address, PATIENCE.toSeconds(), trouble));
    }

    private String attempt(HttpRequest request) {
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status == OK) {
                return "";
            }
            if (status < SERVER_ERROR) {
                throw new SandboxException("%s refused a record with status %d".formatted(address, status));
            }
            return "status " + status;
        } catch (IOException unreachable) {
            return unreachable.toString();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while posting a record", interrupted);
        }
    }
}
