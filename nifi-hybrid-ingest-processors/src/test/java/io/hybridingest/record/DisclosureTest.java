package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class DisclosureTest {
    private static final String SECRET = "4111111111111234";

    @Test
    void quotesTheReaderAndTheCauseThatItHides() {
        Exception cause =
                new IllegalStateException("Error while getting next record", new IOException("(line 3) bad\n  quote"));

        assertThat(Disclosure.QUOTED.unreadable("it is malformed", cause))
                .hasMessage("it is malformed: Error while getting next record: (line 3) bad quote")
                .hasCause(cause);
    }

    @Test
    void saysNothingTwice() {
        Exception cause = new IllegalStateException("java.io.IOException: bad", new IOException("bad"));

        assertThat(Disclosure.QUOTED.unreadable("it is malformed", cause))
                .hasMessage("it is malformed: java.io.IOException: bad");
    }

    @Test
    void namesAFailureThatSaysNothing() {
        assertThat(Disclosure.QUOTED.unreadable("it is malformed", new NullPointerException()))
                .hasMessage("it is malformed: NullPointerException");
    }

    @Test
    void locatesWithoutQuoting() {
        assertThat(located("Unrecognized token '" + SECRET + "'\n at [Source: REDACTED; line: 3, column: 17]"))
                .isEqualTo(" at line 3, column 17");
        assertThat(located("(startline 12) EOF reached before encapsulated token finished"))
                .isEqualTo(" at line 12");
        assertThat(located("Invalid character at line: 4, position: 17")).isEqualTo(" at line 4, column 17");
        assertThat(located("bad " + SECRET)).isEmpty();
    }

    @Test
    void takesNoContentForAPlace() {
        assertThat(located("bad 'line: 41, column: 42' here")).isEmpty();
        assertThat(located("bad line: " + SECRET + ", column: " + SECRET)).isEmpty();
    }

    @Test
    void keepsTheStackTraceOfWhatItDoesNotQuote() {
        IOException root = new IOException(SECRET);
        UnreadableContentException located =
                Disclosure.LOCATED.unreadable("it is malformed", new IllegalStateException(SECRET, root));

        assertThat(located.getCause()).hasMessage("java.io.IOException").hasNoCause();
        assertThat(located.getCause().getStackTrace()).isEqualTo(root.getStackTrace());
        assertThat(located.getSuppressed()).isEmpty();
    }

    private static String located(String message) {
        String text = Disclosure.LOCATED
                .unreadable("it is malformed", new IllegalStateException("wrapped " + SECRET, new IOException(message)))
                .getMessage();
        String end = "; what the Record Reader says is left out, as it may quote a masked field)";
        assertThat(text)
                .startsWith("it is malformed (IOException")
                .endsWith(end)
                .doesNotContain(SECRET);
        return text.substring("it is malformed (IOException".length(), text.length() - end.length());
    }
}
