package io.hybridingest.bench;

import java.util.Locale;

/** How records are written down where they come from, and what a reader is told about them. */
enum Format {
    /** JSON, of which the reader knows the schema. */
    JSON {
        @Override
        Service reader(Kind kind) {
            return Service.jsonReader(kind.incomingSchema(), kind.timestampFormat());
        }

        @Override
        Service writer(Kind kind) {
            return Service.jsonWriter(kind.timestampFormat());
        }
    },

    /** CSV, of which the reader knows the header only: every value is text. */
    CSV {
        @Override
        Service reader(Kind kind) {
            return Service.textReader();
        }

        @Override
        Service typedReader(Kind kind) {
            return CSV_TYPED.reader(kind);
        }

        @Override
        Service writer(Kind kind) {
            return Service.csvWriter(kind.timestampFormat());
        }
    },

    /** CSV, of which the reader knows the schema. */
    CSV_TYPED {
        @Override
        Service reader(Kind kind) {
            return Service.csvReader(kind.incomingSchema(), kind.timestampFormat());
        }

        @Override
        Service writer(Kind kind) {
            return Service.csvWriter(kind.timestampFormat());
        }
    };

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the reader delivers nothing but text. */
    boolean isText() {
        return this == CSV;
    }

    abstract Service reader(Kind kind);

    /** A reader of the same content that knows the schema. */
    Service typedReader(Kind kind) {
        return reader(kind);
    }

    abstract Service writer(Kind kind);
}
