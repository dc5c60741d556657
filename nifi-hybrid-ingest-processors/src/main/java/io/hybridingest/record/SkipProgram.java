package io.hybridingest.record;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * How to step over a row of values in Avro binary: a schema, taken apart once. What is of one size is stepped over at once, however
 * many fields it spans. Immutable when built, and safe to share between threads.
 */
public final class SkipProgram {
    private static final SkipProgram[] NONE = {};

    private Step[] steps;

    private SkipProgram() {}

    /** Steps over one value of each schema. */
    public static SkipProgram of(List<Schema> values) {
        SkipProgram program = new SkipProgram();
        new Compiler().compile(values, program);
        return program;
    }

    public void run(AvroCursor cursor) {
        for (Step step : steps) {
            switch (step.kind) {
                case NUMBER -> cursor.skipLong();
                case SIZED -> cursor.skip(cursor.readLength());
                case FIXED -> cursor.skip(step.size);
                case SYMBOL -> cursor.skipSymbol(step.size);
                case UNION -> step.programs[cursor.readIndex(step.size)].run(cursor);
                case RECORD -> step.programs[0].run(cursor);
                case ITEMS -> skipItems(cursor, step.programs[0]);
            }
        }
    }

    private static void skipItems(AvroCursor cursor, SkipProgram item) {
        for (long count = cursor.readLong(); count != 0; count = cursor.readLong()) {
            if (count < 0) {
                cursor.skip(cursor.readLong());
                continue;
            }
            for (long i = 0; i < count; i++) {
                item.run(cursor);
            }
        }
    }

    private enum Kind {
        NUMBER,
        SIZED,
        FIXED,
        SYMBOL,
        UNION,
        RECORD,
        ITEMS
    }

    /** @param size bytes of what is fixed, symbols of an enum, branches of a union */
    private record Step(Kind kind, int size, SkipProgram[] programs) {
        static Step of(Kind kind) {
            return new Step(kind, 0, NONE);
        }
    }

    /** Records are compiled once each, as a record may hold itself. */
    private static final class Compiler {
        private final Map<Schema, SkipProgram> records = new IdentityHashMap<>();

        void compile(List<Schema> values, SkipProgram into) {
            List<Step> steps = new ArrayList<>();
            for (Schema value : values) {
                add(value, steps);
            }
            into.steps = steps.toArray(Step[]::new);
        }

        private void add(Schema value, List<Step> steps) {
            switch (value.getType()) {
                case NULL -> {}
                case BOOLEAN -> addFixed(1, steps);
                case FLOAT -> addFixed(Float.BYTES, steps);
                case DOUBLE -> addFixed(Double.BYTES, steps);
                case FIXED -> addFixed(value.getFixedSize(), steps);
                case INT, LONG -> steps.add(Step.of(Kind.NUMBER));
                case STRING, BYTES -> steps.add(Step.of(Kind.SIZED));
                case ENUM ->
                    steps.add(new Step(Kind.SYMBOL, value.getEnumSymbols().size(), NONE));
                case UNION -> {
                    SkipProgram[] branches =
                            value.getTypes().stream().map(this::program).toArray(SkipProgram[]::new);
                    steps.add(new Step(Kind.UNION, branches.length, branches));
                }
                case RECORD -> steps.add(new Step(Kind.RECORD, 0, new SkipProgram[] {recordProgram(value)}));
                case ARRAY -> steps.add(new Step(Kind.ITEMS, 0, new SkipProgram[] {program(value.getElementType())}));
                case MAP -> {
                    SkipProgram entry = new SkipProgram();
                    compile(List.of(Schema.create(Schema.Type.STRING), value.getValueType()), entry);
                    steps.add(new Step(Kind.ITEMS, 0, new SkipProgram[] {entry}));
                }
            }
        }

        private static void addFixed(int size, List<Step> steps) {
            Step last = steps.isEmpty() ? null : steps.getLast();
            if (last != null && last.kind == Kind.FIXED) {
                steps.set(steps.size() - 1, new Step(Kind.FIXED, Math.addExact(last.size, size), NONE));
            } else {
                steps.add(new Step(Kind.FIXED, size, NONE));
            }
        }

        private SkipProgram program(Schema value) {
            SkipProgram program = new SkipProgram();
            compile(List.of(value), program);
            return program;
        }

        private SkipProgram recordProgram(Schema schema) {
            SkipProgram known = records.get(schema);
            if (known == null) {
                known = new SkipProgram();
                records.put(schema, known);
                compile(schema.getFields().stream().map(Schema.Field::schema).toList(), known);
            }
            return known;
        }
    }
}
