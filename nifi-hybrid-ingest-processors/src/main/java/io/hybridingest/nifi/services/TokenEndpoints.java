package io.hybridingest.nifi.services;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The URLs that Kafka's clients in this JVM may fetch tokens from. Kafka keeps them in one system property, empty unless
 * whoever started the JVM set it, and refuses every other URL. Where nobody set it, each enabled service adds the URL it
 * was configured with; where somebody did, that list is the last word.
 */
final class TokenEndpoints {
    /** Kafka's own property. */
    static final String ALLOWED = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    /** What this product last wrote there, so that it tells its own list from an administrator's, over all versions. */
    private static final String OWN = "io.hybridingest.kafka.oauthbearer.allowed.urls";

    private TokenEndpoints() {}

    /** Allows the URL unless the JVM was started with a list of its own. */
    static void allow(String url) {
        // Another version of this bundle in the same JVM has classes of its own, but the same properties.
        synchronized (System.getProperties()) {
            String allowed = System.getProperty(ALLOWED);
            if (allowed == null || allowed.equals(System.getProperty(OWN))) {
                Set<String> urls = split(allowed);
                urls.add(url);
                String joined = String.join(",", urls);
                System.setProperty(OWN, joined);
                System.setProperty(ALLOWED, joined);
            }
        }
    }

    /** Whether Kafka's clients would take the URL once {@link #allow} was called with it. */
    static boolean allowable(String url) {
        String allowed = System.getProperty(ALLOWED);
        return allowed == null
                || allowed.equals(System.getProperty(OWN))
                || split(allowed).contains(url);
    }

    private static Set<String> split(String urls) {
        return urls == null
                ? new LinkedHashSet<>()
                : Arrays.stream(urls.split(","))
                        .map(String::strip)
                        .filter(url -> !url.isEmpty())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
