package io.hybridingest.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The records of a source in one of its formats, cut into the contents of FlowFiles. */
record Dataset(Source source, Format format) {
    /** Every source in every format that it has. */
    static List<Dataset> of(Source... sources) {
        return Arrays.stream(sources)
                .flatMap(source -> source.formats().stream().map(format -> new Dataset(source, format)))
                .toList();
    }

    /** Such as {@code flights-csv}. */
    String name() {
        return kind().name() + "-" + format.text();
    }

    Kind kind() {
        return source.kind();
    }

    Service reader() {
        return format.reader(kind());
    }

    /** Fields that preparation leaves alone and that look the same to everybody who does not prepare. */
    List<String> untouched() {
        return kind().kept().stream()
                .filter(field -> !format.isText() || !field.equals(kind().eventTime()))
                .toList();
    }

    /** A reader of the same contents that knows the schema. */
    Service typedReader() {
        return format.typedReader(kind());
    }

    Service writer() {
        return format.writer(kind());
    }

    /** The pipeline, which takes what is before the source's boundary for late from now on. */
    Service pipeline() {
        return Service.pipeline(kind().definition(Duration.between(source.boundary(), Instant.now())));
    }

    /**
     * Contents of FlowFiles.
     *
     * @param first index of the first FlowFile; beyond the last record begins the first
     */
    List<byte[]> contents(long first, int flowFiles, int recordsEach) {
        List<byte[]> contents = new ArrayList<>(flowFiles);
        for (int i = 0; i < flowFiles; i++) {
            contents.add(content((first + i) * recordsEach, recordsEach));
        }
        return contents;
    }

    private byte[] content(long first, int records) {
        StringBuilder text = new StringBuilder(source.header(format));
        for (int i = 0; i < records; i++) {
            text.append(source.line(first + i, format)).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
