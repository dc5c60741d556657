package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.testing.Readers;
import io.hybridingest.testing.Readers.CsvParser;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordInputTest {
    private static final String SCHEMA = """
            {"type": "record", "name": "One", "fields": [{"name": "a", "type": "string"}]}""";
    private static final String CONTENT = "{\"a\": \"1\"}\n".repeat(10_000);

    static Stream<RecordReaderFactory> readers() {
        return Stream.of(
                Readers.json(),
                Readers.json(SCHEMA),
                Readers.csv(CsvParser.COMMONS),
                Readers.csv(CsvParser.JACKSON),
                Readers.csv(CsvParser.FAST));
    }

    @ParameterizedTest
    @MethodSource("readers")
    void doesNotTakeAFailingDiskForMalformedContent(RecordReaderFactory factory) {
        assertThatThrownBy(() -> readAll(factory, failing(() -> new IOException("disk on fire"))))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("The content could not be fetched: disk on fire");
    }

    @ParameterizedTest
    @MethodSource("readers")
    void passesOnWhatTheSourceOfTheContentThrows(RecordReaderFactory factory) {
        IllegalStateException terminated = new IllegalStateException("task terminated");

        assertThatThrownBy(() -> readAll(factory, failing(() -> terminated))).isSameAs(terminated);
    }

    @Test
    void readsStreamsThatCannotGoBack() throws IOException {
        InputStream once = new FilterInputStream(new ByteArrayInputStream(CONTENT.getBytes(StandardCharsets.UTF_8))) {
            @Override
            public boolean markSupported() {
                return false;
            }
        };

        assertThat(readAll(Readers.json(SCHEMA), once)).isEqualTo(10_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"secret\"]",
                " [null]",
                "[true]\n",
                "[0]",
                "[-1.5e3]",
                "[{\"a\": \"1\"}, 7]",
                "[7, {\"a\": \"1\"}]",
                "{\"a\": \"1\"} 7 {\"a\": \"1\"}"
            })
    void refusesJsonInWhichAReaderPassesOverAValueAndQuotesNothingOfIt(String content) {
        for (RecordReaderFactory factory : List.of(Readers.json(), Readers.json(SCHEMA))) {
            assertThatThrownBy(() -> {
                        try (RecordInput input = open(factory, content)) {
                            while (input.next().isPresent()) {
                                assertThat(content).contains("{");
                            }
                        }
                    })
                    .isInstanceOf(PassedOverException.class)
                    .hasMessageStartingWith("the content holds a value that is no JSON object where a record belongs")
                    .hasNoCause();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "[]", "[[], []]", "[] []", "\uFEFF[]"})
    void findsNoRecordAndNoFaultInNothing(String content) throws IOException {
        for (RecordReaderFactory factory : List.of(Readers.json(), Readers.json(SCHEMA))) {
            try (RecordInput input = open(factory, content)) {
                assertThat(input.next()).isEmpty();
            }
        }
    }

    private static RecordInput open(RecordReaderFactory factory, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return RecordInput.open(
                factory,
                Map.of(),
                new ByteArrayInputStream(bytes),
                bytes.length,
                new MockComponentLog("input", factory),
                false,
                Disclosure.LOCATED);
    }

    private static long readAll(RecordReaderFactory factory, InputStream in) throws IOException {
        long count = 0;
        try (RecordInput input = RecordInput.open(
                factory, Map.of(), in, CONTENT.length(), new MockComponentLog("input", factory), false)) {
            while (input.next().isPresent()) {
                count++;
            }
        }
        return count;
    }

    /** Content that cannot be fetched beyond its first half. */
    private static InputStream failing(Supplier<Exception> failure) {
        return new FilterInputStream(new ByteArrayInputStream(CONTENT.getBytes(StandardCharsets.UTF_8))) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (in.available() < CONTENT.length() / 2) {
                    switch (failure.get()) {
                        case IOException e -> throw e;
                        case RuntimeException e -> throw e;
                        case Exception e -> throw new IllegalArgumentException(e);
                    }
                }
                return in.read(bytes, offset, length);
            }
        };
    }
}
