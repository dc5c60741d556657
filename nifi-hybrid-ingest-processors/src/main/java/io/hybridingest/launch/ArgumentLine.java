package io.hybridingest.launch;

import java.util.ArrayList;
import java.util.List;

/** Splits a line of arguments as a person means it: at white space, except inside single or double quotes. */
public final class ArgumentLine {
    private final List<String> arguments = new ArrayList<>();
    private StringBuilder current;
    private char quote;

    private ArgumentLine() {}

    /**
     * The arguments of a line.
     *
     * @param line null or blank for none; a quote that is never closed reaches to the end
     */
    public static List<String> split(String line) {
        ArgumentLine parsing = new ArgumentLine();
        if (line != null) {
            line.chars().forEach(character -> parsing.accept((char) character));
            parsing.finish();
        }
        return List.copyOf(parsing.arguments);
    }

    private void accept(char character) {
        if (quote != 0) {
            if (character == quote) {
                quote = 0;
            } else {
                current.append(character);
            }
        } else if (character == '"' || character == '\'') {
            quote = character;
            begin();
        } else if (Character.isWhitespace(character)) {
            finish();
        } else {
            begin();
            current.append(character);
        }
    }

    private void begin() {
        if (current == null) {
            current = new StringBuilder();
        }
    }

    private void finish() {
        if (current != null) {
            arguments.add(current.toString());
            current = null;
        }
    }
}
