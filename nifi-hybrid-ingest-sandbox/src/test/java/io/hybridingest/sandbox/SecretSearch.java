package io.hybridingest.sandbox;

import java.io.ByteArrayInputStream;
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

    private static final int MOST_UNPACKED = 64 << 20;

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

    /** One character for each byte. */
    private static String content(Path file) throws IOException {
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
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(raw, from, raw.length - from))) {
            StringBuilder text = new StringBuilder();
            byte[] buffer = new byte[8192];
            try {
                for (int read = in.read(buffer); read > 0 && text.length() < MOST_UNPACKED; read = in.read(buffer)) {
                    text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                }
            } catch (IOException end) {
                return text.toString();
            }
            return text.toString();
        } catch (IOException none) {
            return "";
        }
    }
}
