package io.hybridingest.pipeline;

import java.util.List;

/** What makes two records the same record. */
public sealed interface Identity {
    /**
     * Equal values of these fields make the same record.
     *
     * @param paths dotted field paths into the schema, at least one
     */
    record Fields(List<String> paths) implements Identity {
        public Fields {
            paths = List.copyOf(paths);
        }
    }

    /** The FlowFile and the record's index in it, for input that has no identity of its own. */
    record Position() implements Identity {}
}
