package io.hybridingest.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** JSON over HTTP, as NiFi speaks it. Thread-safe. */
final class NifiHttp {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final URI base;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    NifiHttp(URI base) {
        this.base = base;
    }

    JsonNode get(String path) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), "application/json");
    }

    JsonNode post(String path, JsonNode body) {
        return send("POST", path, json(body), "application/json");
    }

    JsonNode put(String path, JsonNode body) {
        return send("PUT", path, json(body), "application/json");
    }

    JsonNode delete(String path) {
        return send("DELETE", path, HttpRequest.BodyPublishers.noBody(), "application/json");
    }

    /** Sends a form with one file, named {@code file}. */
    JsonNode postForm(String path, Map<String, String> fields, String fileName, byte[] file) {
        String boundary = UUID.randomUUID().toString();
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        fields.forEach((name, value) -> form.writeBytes(
                ("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(boundary, name, value))
                        .getBytes(StandardCharsets.UTF_8)));
        form.writeBytes(
                ("--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: application/json\r\n\r\n"
                                .formatted(boundary, fileName))
                        .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(file);
        form.writeBytes(("\r\n--%s--\r\n".formatted(boundary)).getBytes(StandardCharsets.UTF_8));
        return send(
                "POST",
                path,
                HttpRequest.BodyPublishers.ofByteArray(form.toByteArray()),
                "multipart/form-data; boundary=" + boundary);
    }

    /** The raw bytes behind a path. */
    byte[] bytes(String path) {
        return exchange(HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .GET()
                .build());
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private JsonNode send(String method, String path, HttpRequest.BodyPublisher body, String contentType) {
        byte[] answer = exchange(HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("Content-Type", contentType)
                .header("Accept", "application/json")
                .method(method, body)
                .build());
        try {
            return answer.length == 0 ? JSON.nullNode() : JSON.readTree(answer);
        } catch (IOException notJson) {
            throw new NifiApiException(
                    method + " " + path + " did not answer in JSON: " + new String(answer, StandardCharsets.UTF_8),
                    200,
                    notJson);
        }
    }

    private byte[] exchange(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() / 100 != 2) {
                throw new NifiApiException(
                        "NiFi answered %d to %s %s: %s"
                                .formatted(
                                        response.statusCode(),
                                        request.method(),
                                        request.uri().getPath(),
                                        new String(response.body(), StandardCharsets.UTF_8)),
                        response.statusCode(),
                        null);
            }
            return response.body();
        } catch (IOException unreachable) {
            throw new NifiApiException("NiFi does not answer at " + base + ": " + unreachable, 0, unreachable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NifiApiException("Interrupted while calling NiFi", 0, interrupted);
        }
    }

    private static HttpRequest.BodyPublisher json(JsonNode body) {
        return HttpRequest.BodyPublishers.ofString(body.toString());
    }
}
