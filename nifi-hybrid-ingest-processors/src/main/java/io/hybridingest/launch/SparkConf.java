package io.hybridingest.launch;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Spark conf as text, in the dialect of {@code spark-defaults.conf}. */
final class SparkConf {
    private SparkConf() {}

    /** The settings of a file; none where it does not exist. Keys that are not Spark's are left out, as Spark does. */
    static Map<String, String> read(Path file) throws IOException {
        Map<String, String> conf = new TreeMap<>();
        if (!Files.isRegularFile(file)) {
            return conf;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        properties.stringPropertyNames().stream()
                .filter(key -> key.startsWith("spark."))
                .forEach(key -> conf.put(key, properties.getProperty(key).trim()));
        return conf;
    }

    /** One escaped line a setting, sorted by key. */
    static String format(Map<String, String> conf) {
        return new TreeMap<>(conf)
                .entrySet().stream()
                        .map(entry -> line(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(String key, String value) {
        Properties one = new Properties();
        one.setProperty(key, value);
        StringWriter text = new StringWriter();
        try {
            one.store(text, null);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        // The first line is a comment with the date.
        return text.toString().lines().skip(1).collect(Collectors.joining("\n"));
    }
}
