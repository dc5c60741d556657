package io.hybridingest.launch;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The entries of one of several concurrent runs in a store that they share. */
final class LedgerSlot implements LaunchLedger.Store {
    private static final String SLOT = "slot.";

    private final LaunchLedger.Store store;
    private final String prefix;

    LedgerSlot(LaunchLedger.Store store, int number) {
        this.store = store;
        this.prefix = number == 0 ? "" : SLOT + number + ".";
    }

    /** The highest number in use and one. */
    static int count(Map<String, String> entries) {
        return entries.keySet().stream()
                        .filter(key -> key.startsWith(SLOT))
                        .mapToInt(
                                key -> Integer.parseInt(key.substring(SLOT.length(), key.indexOf('.', SLOT.length()))))
                        .max()
                        .orElse(0)
                + 1;
    }

    @Override
    public Map<String, String> read() throws IOException {
        return seen(store.read());
    }

    @Override
    public void update(UnaryOperator<Map<String, String>> change) throws IOException {
        store.update(entries -> {
            Map<String, String> next = new HashMap<>(entries);
            next.keySet().removeIf(this::isOurs);
            change.apply(seen(entries)).forEach((key, value) -> next.put(stored(key), value));
            return next;
        });
    }

    @Override
    public boolean isShared() {
        return store.isShared();
    }

    private Map<String, String> seen(Map<String, String> entries) {
        Map<String, String> seen = new HashMap<>();
        entries.forEach((key, value) -> {
            if (isOurs(key)) {
                seen.put(key.substring(prefix.length()), value);
            } else if (key.equals(LaunchLedger.EPOCH)) {
                seen.put(key, value);
            }
        });
        return seen;
    }

    private boolean isOurs(String key) {
        return prefix.isEmpty() ? !key.startsWith(SLOT) : key.startsWith(prefix);
    }

    private String stored(String key) {
        return key.equals(LaunchLedger.EPOCH) ? key : prefix + key;
    }
}
