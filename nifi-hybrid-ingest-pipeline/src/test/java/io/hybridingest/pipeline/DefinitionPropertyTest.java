package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every definition, and for everything that is none. */
class DefinitionPropertyTest {
    @Provide
    Arbitrary<String> definitions() {
        return RandomDefinitions.texts();
    }

    /** One to five accidents of an editor, one after the other. */
    @Provide
    Arbitrary<String> mutations() {
        Arbitrary<String> sources = Arbitraries.oneOf(
                Arbitraries.just(Definitions.payments()),
                Arbitraries.just(Definitions.SMALLEST),
                RandomDefinitions.texts());
        Arbitrary<List<Accident>> accidents = Combinators.combine(
                        Arbitraries.of(Accident.Kind.values()),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.of(Accident.SNIPPETS))
                .as(Accident::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
        return Combinators.combine(sources, accidents).as((text, list) -> {
            String mutated = text;
            for (Accident accident : list) {
                mutated = accident.in(mutated);
            }
            return mutated;
        });
    }

    @Property
    void readsBackFromItsCanonicalJson(@ForAll("definitions") String yaml) {
        PipelineDefinition definition = PipelineDefinition.fromYaml(yaml);
        String json = definition.toJson();

        assertThat(PipelineDefinition.fromJson(json)).isEqualTo(definition);
        assertThat(PipelineDefinition.fromYaml(json)).isEqualTo(definition);
        assertThat(PipelineDefinition.fromYaml(json).toJson()).isEqualTo(json);
        assertThat(PipelineDefinition.fromYaml(json).fingerprint()).isEqualTo(definition.fingerprint());
    }

    @Property(tries = 1_000)
    void isEitherValidOrRefusedWithReasons(@ForAll("mutations") String text) {
        try {
            PipelineDefinition definition = PipelineDefinition.fromYaml(text);
            assertThat(PipelineDefinition.fromJson(definition.toJson())).isEqualTo(definition);
        } catch (InvalidDefinitionException refused) {
            assertThat(refused.errors()).isNotEmpty().allSatisfy(error -> assertThat(error.toString())
                    .isNotBlank());
        }
    }

    @Property(tries = 200)
    void jsonIsEitherValidOrRefusedWithReasons(
            @ForAll("definitions") String yaml, @ForAll double from, @ForAll double to) {
        String json = PipelineDefinition.fromYaml(yaml).toJson();
        String mutated = new Accident(Accident.Kind.CUT_OUT, fraction(from), fraction(to), "").in(json);
        try {
            PipelineDefinition.fromJson(mutated);
        } catch (InvalidDefinitionException refused) {
            assertThat(refused.errors()).isNotEmpty();
        }
    }

    @Property
    void anyTextIsRefusedWithReasons(@ForAll String text) {
        assertThatThrownBy(() -> PipelineDefinition.fromYaml(text)).isInstanceOf(InvalidDefinitionException.class);
    }

    @Example
    void nestingWithoutEndIsRefused() {
        for (String opening : List.of("[", "{a: ", "- ", "{\"a\":", "[{a: ")) {
            String deep = opening.repeat(20_000);
            assertThatThrownBy(() -> PipelineDefinition.fromYaml(deep))
                    .as("20,000 times '%s'", opening)
                    .isInstanceOf(InvalidDefinitionException.class);
            assertThatThrownBy(() -> PipelineDefinition.fromJson(deep))
                    .as("20,000 times '%s' as JSON", opening)
                    .isInstanceOf(InvalidDefinitionException.class);
        }
    }

    private static double fraction(double any) {
        return Double.isFinite(any) ? Math.abs(any % 1) : 0;
    }

    /** One thing that goes wrong while a text is edited; {@code from} and {@code to} are places as shares of the text. */
    record Accident(Kind kind, double from, double to, String snippet) {
        static final List<String> SNIPPETS = List.of(
                "",
                " ",
                "  ",
                "\t",
                "\n",
                "null",
                "~",
                "[]",
                "{}",
                "-1",
                "0",
                "1e999",
                "99999999999999999999",
                "true",
                ":",
                ": ",
                "- ",
                "#",
                "'",
                "\"",
                "&a ",
                "*a",
                "<<: *a",
                "!!binary ",
                "%YAML 1.1",
                "---\n",
                "...",
                "|\n",
                ">\n",
                "[",
                "]",
                "{",
                "}",
                ",",
                "@",
                "`",
                "\\",
                "\u0000",
                "\uFEFF",
                "\uD83D\uDE00",
                "\uD83D",
                "ñ",
                "#{x}",
                "${y}",
                "decimal",
                "record",
                "position",
                "PT15M",
                "_ingest_id",
                "a.b.c",
                ".",
                "..");

        enum Kind {
            CUT_OUT,
            INSERT,
            REPLACE,
            DELETE_LINE,
            REPEAT_LINE,
            SWAP_LINES,
            INDENT_LINE,
            REPLACE_VALUE
        }

        String in(String text) {
            int start = (int) (Math.min(from, to) * text.length());
            int end = (int) (Math.max(from, to) * text.length());
            List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
            int line = (int) (from * (lines.size() - 1));
            int other = (int) (to * (lines.size() - 1));
            switch (kind) {
                case CUT_OUT:
                    return text.substring(0, start) + text.substring(end);
                case INSERT:
                    return text.substring(0, start) + snippet + text.substring(start);
                case REPLACE:
                    return text.substring(0, start) + snippet + text.substring(Math.min(end, start + 5));
                case DELETE_LINE:
                    lines.remove(line);
                    break;
                case REPEAT_LINE:
                    lines.add(other, lines.get(line));
                    break;
                case SWAP_LINES:
                    Collections.swap(lines, line, other);
                    break;
                case INDENT_LINE:
                    lines.set(
                            line,
                            snippet.isBlank()
                                    ? snippet + lines.get(line)
                                    : lines.get(line).strip());
                    break;
                case REPLACE_VALUE:
                    lines.set(
                            line,
                            lines.get(line)
                                    .replaceFirst("(?<=: ).*", java.util.regex.Matcher.quoteReplacement(snippet)));
                    break;
            }
            return String.join("\n", lines);
        }
    }
}
