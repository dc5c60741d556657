package io.hybridingest.record;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * The layouts of the schemas that containers came with, each worked out once: parsing a schema takes longer than slicing a hundred
 * records. Keeps the latest few. Thread-safe.
 */
public final class SliceLayouts {
    private static final int KEPT = 32;

    private final String eventTimeField;
    private final Map<String, SliceLayout> layouts = new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SliceLayout> eldest) {
            return size() > KEPT;
        }
    };

    /** @param eventTimeField dotted path of a timestamp-micros or timestamp-millis field */
    public SliceLayouts(String eventTimeField) {
        this.eventTimeField = eventTimeField;
    }

    /**
     * The layout of a schema.
     *
     * @param json the schema as a container's header has it
     * @throws UnreadableContentException where the schema is none, or has no such timestamp
     */
    SliceLayout of(String json) throws UnreadableContentException {
        synchronized (layouts) {
            SliceLayout known = layouts.get(json);
            if (known != null) {
                return known;
            }
        }
        SliceLayout layout = new SliceLayout(parse(json), eventTimeField);
        synchronized (layouts) {
            layouts.put(json, layout);
        }
        return layout;
    }

    private static Schema parse(String json) throws UnreadableContentException {
        try {
            // Whoever wrote the container could write it: what its names look like is not asked again.
            return new Schema.Parser(NameValidator.NO_VALIDATION)
                    .setValidateDefaults(false)
                    .parse(json);
        } catch (RuntimeException | StackOverflowError e) {
            throw new UnreadableContentException("the container's schema is none: " + e.getMessage(), e);
        }
    }
}
