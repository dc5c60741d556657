package io.hybridingest.cli;

import io.hybridingest.pipeline.DefinitionError;
import io.hybridingest.pipeline.InvalidDefinitionException;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads definitions from files, or from standard input in place of a file named {@code -}. */
final class DefinitionFiles {
    private static final String STANDARD_INPUT = "-";
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final InputStream in;

    DefinitionFiles(InputStream in) {
        this.in = in;
    }

    /** What became of a file. */
    sealed interface Outcome {
        record Valid(PipelineDefinition definition) implements Outcome {}

        /** @param lines one per error, beginning with file and line, as editors know it */
        record Invalid(List<String> lines) implements Outcome {}

        record Unreadable(String message) implements Outcome {}
    }

    /** @param parameters what {@code #{name}} in the text stands for */
    Outcome read(String file, Map<String, String> parameters) {
        String name = name(file);
        try {
            String text = new Parameters(parameters).replaceIn(text(file));
            return new Outcome.Valid(PipelineDefinition.fromYaml(text));
        } catch (InvalidDefinitionException e) {
            return new Outcome.Invalid(
                    e.errors().stream().map(error -> line(name, error)).toList());
        } catch (NoSuchFileException e) {
            return new Outcome.Unreadable(name + ": there is no such file");
        } catch (CharacterCodingException e) {
            return new Outcome.Unreadable(name + ": is not text in UTF-8. Save it as UTF-8");
        } catch (IOException | InvalidPathException e) {
            return new Outcome.Unreadable(name + ": cannot be read: " + e.getMessage());
        }
    }

    /** What messages call the file. */
    static String name(String file) {
        return file.equals(STANDARD_INPUT) ? "<stdin>" : file;
    }

    private String text(String file) throws IOException {
        byte[] bytes = file.equals(STANDARD_INPUT) ? in.readAllBytes() : Files.readAllBytes(Path.of(file));
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    private static String line(String name, DefinitionError error) {
        String place = error.line() > 0 ? name + ":" + error.line() : name;
        String subject = error.path().isEmpty() ? "" : error.path() + ": ";
        return place + ": " + subject + error.problem() + ". " + error.remedy();
    }
}
