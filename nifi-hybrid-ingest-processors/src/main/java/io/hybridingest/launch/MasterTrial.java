package io.hybridingest.launch;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reaches for a master.
 *
 * @param master as Spark takes it
 * @param environment whole environment of a launch
 */
record MasterTrial(String master, Map<String, String> environment) {
    private static final Pattern ADDRESSES = Pattern.compile("(?:spark|k8s)://(?:https?://)?([^/]+)(?:/.*)?");
    private static final Pattern ADDRESS = Pattern.compile("([^:]+):(\\d{1,5})");
    private static final List<String> HADOOP_CONFIGURATION = List.of("HADOOP_CONF_DIR", "YARN_CONF_DIR");
    private static final int LIMIT_MILLIS = 5000;

    /** Opens a connection to the addresses, one after the other until one answers, and waits at most five seconds for each. */
    Trial run() {
        if (master.startsWith("local")) {
            return Trial.passed("Everything runs in the driver, on NiFi's machine");
        }
        if (master.equals("yarn") && HADOOP_CONFIGURATION.stream().noneMatch(this::isSet)) {
            return Trial.failed(
                    "Spark finds YARN through Hadoop's configuration, and neither HADOOP_CONF_DIR nor YARN_CONF_DIR"
                            + " is set. Add env.HADOOP_CONF_DIR to this service, with the directory that holds yarn-site.xml.");
        }
        Matcher addresses = ADDRESSES.matcher(master);
        if (!addresses.matches()) {
            return Trial.notTried("The address of " + master + " is not in this service; the first launch will tell");
        }
        List<String> silent = new ArrayList<>();
        for (String address : addresses.group(1).split(",")) {
            Matcher parts = ADDRESS.matcher(address.trim());
            if (!parts.matches()) {
                return Trial.notTried(address + " has no port; the first launch will tell whether it answers");
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(parts.group(1), Integer.parseInt(parts.group(2))), LIMIT_MILLIS);
                return Trial.passed(parts.group(1) + " answers at port " + parts.group(2));
            } catch (IOException | IllegalArgumentException unreachable) {
                silent.add(address.trim() + " (" + unreachable.getMessage() + ")");
            }
        }
        return Trial.failed(
                "Nothing answers at " + String.join(", nor at ", silent) + ". Start the master, or correct Master.");
    }

    private boolean isSet(String variable) {
        return !environment.getOrDefault(variable, "").isBlank();
    }
}
