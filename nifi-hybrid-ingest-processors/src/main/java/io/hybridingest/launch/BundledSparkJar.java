package io.hybridingest.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The Spark side of the bundle, which travels inside the NAR and has to be a file before Spark can read it. */
public final class BundledSparkJar {
    private static final String RESOURCE = "/io/hybridingest/spark/hybrid-ingest-spark.jar";

    private BundledSparkJar() {}

    /**
     * Unpacks the JAR into {@code <working directory>/lib}, under a name that holds its checksum, so that another version
     * never overwrites the one that a running driver has open.
     *
     * @param owner class whose loader holds the resource
     * @return absolute path of the JAR
     * @throws IOException where the resource is missing or the directory cannot be written
     */
    public static Path unpack(Class<?> owner, Path workingDirectory) throws IOException {
        Path library = Files.createDirectories(
                workingDirectory.toAbsolutePath().normalize().resolve("lib"));
        Path draft = Files.createTempFile(library, ".unpacking-", ".jar");
        try (InputStream resource = owner.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IOException("The bundle's Spark JAR (" + RESOURCE + ") is missing from the NAR."
                        + " Install the complete nifi-hybrid-ingest-nar, not the processors' JAR alone.");
            }
            MessageDigest sha256 = sha256();
            Files.copy(new DigestInputStream(resource, sha256), draft, StandardCopyOption.REPLACE_EXISTING);
            String checksum = HexFormat.of().formatHex(sha256.digest()).substring(0, 12);
            Path jar = library.resolve("hybrid-ingest-spark-" + checksum + ".jar");
            if (!Files.exists(jar)) {
                Files.move(draft, jar, StandardCopyOption.ATOMIC_MOVE);
            }
            return jar;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
