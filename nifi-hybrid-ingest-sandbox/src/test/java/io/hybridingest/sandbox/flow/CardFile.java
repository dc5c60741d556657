package io.hybridingest.sandbox.flow;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;

/**
 * Writes files of card transactions, of any size, without holding them in memory. Of every hundred records one cannot
 * be made to fit; of the others, every second is a year old.
 *
 * @param records number of records in the file
 * @param misfits how many of them do not fit the pipeline
 * @param late how many of those that fit are old
 */
record CardFile(long records, long misfits, long late) {
    /** The pipeline that the records are for. */
    static final String PIPELINE = """
            pipeline: cards
            schema: %s
            identity: [transaction_id]
            event-time: {field: paid_at, late-after: 1 day, ahead-limit: 1 day}
            prepare:
              mask: {card: keep-last-4}
            batch: {landing: /landing/cards}
            table: {path: /tables/cards}
            """;

    /** The Avro schema of a record, JSON. */
    static final String SCHEMA = """
            {"type": "record", "name": "Card", "fields": [\
            {"name": "transaction_id", "type": "string"}, \
            {"name": "card", "type": "string"}, \
            {"name": "merchant", "type": "string"}, \
            {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}}, \
            {"name": "currency", "type": "string"}, \
            {"name": "paid_at", "type": {"type": "long", "logicalType": "timestamp-micros"}}]}""";

    /** How a record is written. */
    enum Format {
        /** One object a line. */
        JSON_LINES(
                "",
                "{\"transaction_id\":\"tx-",
                "\",\"card\":\"411111111111",
                "\",\"merchant\":\"Calle de Alcala, 28014 Madrid, Spain\",\"currency\":\"EUR\",\"amount\":",
                ",\"paid_at\":\"",
                "\"}\n"),
        /** With a header. */
        CSV(
                "transaction_id,card,merchant,currency,amount,paid_at\n",
                "tx-",
                ",411111111111",
                ",\"Calle de Alcala, 28014 Madrid, Spain, by the Puerta del Sol, on the second floor\",EUR,",
                ",",
                "\n");

        private final String header;
        private final List<String> between;

        Format(String header, String... between) {
            this.header = header;
            this.between = List.of(between);
        }

        private String record(long number, String amount, String paidAt) {
            return between.get(0)
                    + (1_000_000_000_000L + number)
                    + between.get(1)
                    + (1_000 + number % 9_000)
                    + between.get(2)
                    + amount
                    + between.get(3)
                    + paidAt
                    + between.get(4);
        }
    }

    /** Writes a file of at least the given size; it appears under its name when it is whole. */
    static CardFile write(Path file, Format format, long bytes) throws IOException {
        Path unfinished = Files.createDirectories(file.getParent().getParent()).resolve("unfinished");
        String fresh = Instant.now().toString();
        String old = Instant.now().minusSeconds(365 * 86_400L).toString();
        long number = 0;
        long misfits = 0;
        long late = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 20)) {
            long written = 0;
            out.write(format.header.getBytes(StandardCharsets.UTF_8));
            while (written < bytes) {
                boolean misfit = number % 100 == 99;
                boolean isLate = number % 2 == 0;
                misfits += misfit ? 1 : 0;
                late += isLate && !misfit ? 1 : 0;
                String amount = misfit ? "\"much\"" : number % 1_000 + ".25";
                byte[] record =
                        format.record(number, amount, isLate ? old : fresh).getBytes(StandardCharsets.UTF_8);
                out.write(record);
                written += record.length;
                number++;
            }
        }
        Files.createDirectories(file.getParent());
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return new CardFile(number, misfits, late);
    }
}
