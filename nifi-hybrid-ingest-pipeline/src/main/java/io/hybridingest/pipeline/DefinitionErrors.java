package io.hybridingest.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the errors of one definition and knows the line of every path in it. Not safe to share between threads. */
final class DefinitionErrors {
    private final Map<String, Integer> lines = new HashMap<>();
    private final Set<String> settled = new HashSet<>();
    private final List<DefinitionError> errors = new ArrayList<>();

    /** Remembers where a path is; the first line counts. */
    void locate(String path, int line) {
        lines.putIfAbsent(path, line);
    }

    /** Notes an error at the line of its path, or of the nearest path around it that has one. */
    void add(String path, String problem, String remedy) {
        addAt(lineOf(path), path, problem, remedy);
    }

    /** Notes an error at a line that is known. */
    void addAt(int line, String path, String problem, String remedy) {
        if (!settled.contains(path)) {
            errors.add(new DefinitionError(line, path, problem, remedy));
        }
    }

    /** Notes an error after which nothing more is said about the path: what follows from it would only distract. */
    void addFinal(String path, String problem, String remedy) {
        add(path, problem, remedy);
        settled.add(path);
    }

    /** Every error, in the order of the lines. */
    List<DefinitionError> inOrder() {
        return errors.stream()
                .sorted(Comparator.comparingInt(DefinitionError::line))
                .toList();
    }

    /** Ends the reading where anything was wrong. */
    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new InvalidDefinitionException(inOrder());
        }
    }

    private int lineOf(String path) {
        String around = path;
        while (!around.isEmpty()) {
            Integer line = lines.get(around);
            if (line != null) {
                return line;
            }
            around = around.substring(0, Math.max(0, Math.max(around.lastIndexOf('.'), around.lastIndexOf('['))));
        }
        return lines.getOrDefault("", 0);
    }
}
