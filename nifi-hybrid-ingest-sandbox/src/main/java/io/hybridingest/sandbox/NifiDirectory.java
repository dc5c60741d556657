package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The files of one NiFi instance: its configuration, the NARs beside its own, its repositories. */
final class NifiDirectory {
    private static final List<String> CONFIGURATION =
            List.of("state-management.xml", "authorizers.xml", "login-identity-providers.xml");

    private final Path directory;

    NifiDirectory(Path directory) {
        this.directory = directory;
    }

    /** Writes the configuration and puts the NARs in place; what NiFi itself keeps stays as it is. */
    void assemble(int port, Path library, List<Path> nars) {
        try {
            Files.createDirectories(conf());
            Files.createDirectories(directory.resolve("autoload"));
            for (String file : CONFIGURATION) {
                Files.writeString(conf().resolve(file), resource(file));
            }
            Files.writeString(conf().resolve("logback.xml"), resource("nifi-logback.xml"));
            Files.writeString(
                    properties(),
                    resource("nifi.properties")
                            .replace("{port}", Integer.toString(port))
                            .replace("{library}", library.toString())
                            .replace("{sensitive.key}", sensitiveKey()));
            replaceNars(nars);
        } catch (IOException unwritable) {
            throw new UncheckedIOException("Cannot assemble NiFi in " + directory, unwritable);
        }
    }

    Path conf() {
        return directory.resolve("conf");
    }

    Path properties() {
        return conf().resolve("nifi.properties");
    }

    private void replaceNars(List<Path> nars) throws IOException {
        Path extensions = directory.resolve("extensions");
        Trees.delete(extensions);
        Files.createDirectories(extensions);
        for (Path nar : nars) {
            Files.copy(nar, extensions.resolve(nar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** The key outlives a start, because the flow's sensitive values are encrypted with it. */
    private String sensitiveKey() throws IOException {
        Path file = conf().resolve("sensitive.key");
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            Files.writeString(file, HexFormat.of().formatHex(random));
        }
        return Files.readString(file);
    }

    private static String resource(String name) throws IOException {
        try (InputStream content = NifiDirectory.class.getResourceAsStream(name)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Forgets flow, state and data, and keeps the unpacked NARs, which take the longest to make again. */
    static void forgetData(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(entry -> !entry.getFileName().toString().equals("work"))
                    .forEach(Trees::delete);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
