package io.hybridingest.sandbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** Looks for texts in files as they are, and in whatever is compressed by gzip inside them, as NiFi's flow and provenance are. */
final class SecretSearch {
    private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8};

    /** What is there before anybody gives a secret. */
    private static final String PROGRAM = ".*\\.(jar|nar|class|so|py|whl|css|js)";

    private SecretSearch() {}

    /** Text → files of a directory, of any depth, that hold it. */
    static Map<String, List<Path>> in(Path directory, List<String> texts) throws IOException {
        Map<String, List<Path>> found = new TreeMap<>();
        texts.forEach(text -> found.put(text, new ArrayList<>()));
        List<Path> files;
        try (var all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().matches(PROGRAM))
                    .toList();
        }
        for (Path file : files) {
            if (Files.exists(file)) {
                String content = content(file);
                texts.stream().filter(content::contains).forEach(text -> found.get(text)
                        .add(file));
            }
        }
        return found;
    }

    /** What a file holds, and what every gzip stream within it does; one character for each byte. */
    static String content(Path file) throws IOException {
        byte[] raw = Files.readAllBytes(file);
        StringBuilder all = new StringBuilder(new String(raw, StandardCharsets.ISO_8859_1));
        for (int i = 0; i + GZIP.length <= raw.length; i++) {
            if (raw[i] == GZIP[0] && raw[i + 1] == GZIP[1] && raw[i + 2] == GZIP[2]) {
                all.append(unpacked(raw, i));
            }
        }
        return all.toString();
    }

    private static String unpacked(byte[] raw, int from) {
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        try (InputStream packed = new GZIPInputStream(new ByteArrayInputStream(raw, from, raw.length - from))) {
            packed.transferTo(found);
        } catch (IOException notToTheEnd) {
            return found.toString(StandardCharsets.ISO_8859_1);
        }
        return found.toString(StandardCharsets.ISO_8859_1);
    }
}
