package io.hybridingest.launch;

import java.util.Map;
import java.util.Optional;

/**
 * Where an application that has ended can still be looked at.
 *
 * @param address of Spark's History Server, with its scheme and without a slash at its end
 * @param numbersAttempts whether applications there have numbered attempts
 */
public record HistoryServer(String address, boolean numbersAttempts) {
    /** The setting that says where it is. Spark itself hands it on to YARN. */
    public static final String ADDRESS = "spark.yarn.historyServer.address";

    /** Of an installation's settings; empty where no event logs are written, or nobody says where they are read. */
    public static Optional<HistoryServer> of(Map<String, String> settings) {
        String address = settings.getOrDefault(ADDRESS, "").trim();
        if (address.isEmpty() || !Boolean.parseBoolean(settings.getOrDefault("spark.eventLog.enabled", "false"))) {
            return Optional.empty();
        }
        String whole = address.contains("://") ? address : "http://" + address;
        boolean attempts = "yarn".equals(settings.get("spark.master"))
                && "cluster".equals(settings.getOrDefault("spark.submit.deployMode", "client"));
        return Optional.of(new HistoryServer(whole.replaceFirst("/+$", ""), attempts));
    }

    /** Link to an application. */
    public String link(String applicationId) {
        return address + "/history/" + applicationId + (numbersAttempts ? "/1" : "");
    }
}
