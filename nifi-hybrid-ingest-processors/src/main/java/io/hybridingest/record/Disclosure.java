package io.hybridingest.record;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of content may be quoted where it is said why the content could not be read. Record Readers quote what they stumble over, and
 * that may be a value that must not be seen.
 */
public enum Disclosure {
    /** The Record Reader's own words. */
    QUOTED {
        @Override
        public UnreadableContentException unreadable(String what, Throwable cause) {
            return new UnreadableContentException(what + ": " + words(cause), cause);
        }
    },
    /** The kind of the failure and its place, and nothing of the content. */
    LOCATED {
        @Override
        public UnreadableContentException unreadable(String what, Throwable cause) {
            Throwable root = root(cause);
            String kind = root.getClass().getSimpleName();
            return new UnreadableContentException(
                    what + " (" + kind + place(cause)
                            + "; what the Record Reader says is left out, as it may quote a masked field)",
                    withoutWords(root));
        }
    };

    /** Ends of messages of Jackson, and of Commons CSV: digits that follow anything else may be content. */
    private static final Pattern PLACE =
            Pattern.compile("line: (?<line>\\d{1,10}), (?:column|position): (?<column>\\d{1,10})\\]?$"
                    + "|^\\((?:start)?line (?<at>\\d{1,10})\\)");

    private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\R\\s*");

    /**
     * The failure, put into words.
     *
     * @param what what could not be done, with nothing of the content
     * @param cause as the Record Reader threw it
     */
    public abstract UnreadableContentException unreadable(String what, Throwable cause);

    private static String words(Throwable cause) {
        StringBuilder words = new StringBuilder(said(cause));
        Throwable root = root(cause);
        if (root != cause && !words.toString().contains(said(root))) {
            words.append(": ").append(said(root));
        }
        return words.toString();
    }

    private static String said(Throwable cause) {
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : LINE_BREAK.matcher(cause.getMessage()).replaceAll(" ").trim();
    }

    private static String place(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            Matcher matcher = PLACE.matcher(said(at));
            if (matcher.find()) {
                return matcher.group("at") != null
                        ? " at line " + matcher.group("at")
                        : " at line " + matcher.group("line") + ", column " + matcher.group("column");
            }
        }
        return "";
    }

    private static Throwable root(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    /** The stack trace is for the log; it must not bring the message along. */
    private static Throwable withoutWords(Throwable cause) {
        Throwable silent = new Exception(cause.getClass().getName());
        silent.setStackTrace(cause.getStackTrace());
        return silent;
    }
}
