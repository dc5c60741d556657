package io.hybridingest.bench;

import io.hybridingest.bench.Work.Peer;
import io.hybridingest.nifi.processors.PreprocessRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.nifi.processors.standard.ConvertRecord;
import org.apache.nifi.processors.standard.RemoveRecordField;
import org.apache.nifi.processors.standard.UpdateRecord;
import org.apache.nifi.processors.standard.ValidateRecord;

/**
 * Preparing records: text in, Avro containers out.
 *
 * <ul>
 *   <li>{@code preprocess.vs-loop}: ConvertRecord with the same reader and an AvroRecordSetWriter. It reads and writes and does nothing
 *       between, so it is what is left when all of the preparation costs nothing.
 *   <li>{@code preprocess.vs-chain}: the same work by NiFi's own processors, one after the other. ValidateRecord's reader knows the
 *       schema and coerces to it; UpdateRecord renames (by a copy), fills in, masks and hashes the identity; RemoveRecordField takes out what was
 *       renamed or is to be dropped. Between them are Avro containers without compression, the fastest for the peer. What NiFi's
 *       processors cannot do (reasons for a record that does not fit, rescued fields, the source) the peer is spared.
 * </ul>
 */
final class PreprocessWork {
    private static final String VS_LOOP = "preprocess.vs-loop";
    private static final String VS_CHAIN = "preprocess.vs-chain";

    private PreprocessWork() {}

    /** The work on one data set. */
    static Work on(Dataset dataset) {
        Kind kind = dataset.kind();
        List<String> all = new ArrayList<>(kind.kept());
        all.addAll(kind.made());
        return new Work(
                dataset.name(),
                () -> new Side("PreprocessRecord", preprocess(dataset)),
                List.of(
                        new Peer(VS_LOOP, () -> loop(dataset), dataset.untouched()),
                        new Peer(VS_CHAIN, () -> chain(dataset), all)),
                dataset::contents);
    }

    /** This project's way. */
    static Stage preprocess(Dataset dataset) {
        return new StageBuilder(new PreprocessRecord())
                .set("Pipeline Service", dataset.pipeline())
                .set("Record Reader", dataset.reader())
                .build("success");
    }

    private static Side loop(Dataset dataset) {
        return new Side(
                "ConvertRecord",
                new StageBuilder(new ConvertRecord())
                        .set("Record Reader", dataset.reader())
                        .set("Record Writer", Service.avroWriter())
                        .build("success"));
    }

    private static Side chain(Dataset dataset) {
        Stage validate = new StageBuilder(new ValidateRecord())
                .set("record-reader", dataset.typedReader())
                .set("record-writer", Service.avroWriter())
                .set("coerce-types", "true")
                .build("valid");
        Stage update = new StageBuilder(new UpdateRecord())
                .set("Record Reader", Service.avroReader())
                .set("Record Writer", Service.avroWriter())
                .set("Replacement Value Strategy", "record-path-value")
                .set(dataset.kind().updates())
                .build("success");
        Stage remove = new StageBuilder(new RemoveRecordField())
                .set("Record Reader", Service.avroReader())
                .set("Record Writer", Service.avroWriter())
                .set(dataset.kind().removals())
                .build("success");
        return new Side("ValidateRecord, UpdateRecord, RemoveRecordField", validate, update, remove);
    }
}
