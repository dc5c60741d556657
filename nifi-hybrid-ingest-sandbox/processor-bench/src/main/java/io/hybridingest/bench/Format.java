package io.hybridingest.bench;

import java.util.Locale;

/** How records are written down where they come from. */
enum Format {
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
    CSV {
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
        return name().toLowerCase(Locale.ROOT);
    }

    abstract Service reader(Kind kind);

    abstract Service writer(Kind kind);
}
