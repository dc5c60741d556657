package io.hybridingest.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Small JSON files that another process may read or replace at any moment. */
final class JsonFile {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonFile() {}

    /** The file's content; empty where it does not exist or does not hold JSON. */
    static Optional<JsonNode> read(Path file) throws IOException {
        try {
            return Optional.ofNullable(MAPPER.readTree(Files.readAllBytes(file)));
        } catch (NoSuchFileException | JsonProcessingException notThereYet) {
            return Optional.empty();
        }
    }

    /** Replaces the file so that no reader ever sees half of it. */
    static void replace(Path file, JsonNode content) throws IOException {
        Path draft = file.resolveSibling("." + file.getFileName() + ".draft");
        Files.write(draft, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A member's text, null where it is absent or null. */
    static String text(JsonNode json, String member) {
        return json.hasNonNull(member) ? json.get(member).asText() : null;
    }

    /** A member's instant, null where it is absent, null or not an instant. */
    static Instant instant(JsonNode json, String member) {
        String text = text(json, member);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException notAnInstant) {
            return null;
        }
    }
}
