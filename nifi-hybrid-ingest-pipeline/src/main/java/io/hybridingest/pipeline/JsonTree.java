package io.hybridingest.pipeline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns JSON text into a {@link DefinitionTree}. */
final class JsonTree {
    private final DefinitionErrors errors = new DefinitionErrors();
    private final JsonParser parser;

    private JsonTree(JsonParser parser) {
        this.parser = parser;
    }

    /** @throws InvalidDefinitionException where the text is not one JSON value */
    static DefinitionTree parse(String json) {
        try (JsonParser parser =
                new JsonFactory().createParser(json).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)) {
            JsonTree tree = new JsonTree(parser);
            parser.nextToken();
            Object root = tree.value("");
            if (parser.nextToken() != null) {
                throw notJson(parser.currentLocation(), "something follows the value");
            }
            return new DefinitionTree(root, tree.errors);
        } catch (JsonProcessingException e) {
            throw notJson(e.getLocation(), DefinitionTree.cut(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InvalidDefinitionException notJson(JsonLocation at, String problem) {
        int line = at == null ? 0 : at.getLineNr();
        return new InvalidDefinitionException(List.of(new DefinitionError(
                line,
                "",
                "the text is not JSON: " + problem,
                "Give the file that the launcher wrote, as it was written")));
    }

    private Object value(String path) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw notJson(parser.currentLocation(), "it is empty");
        }
        errors.locate(path, parser.currentLocation().getLineNr());
        return switch (token) {
            case START_OBJECT -> object(path);
            case START_ARRAY -> array(path);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Numbers.canonical(parser.getDecimalValue());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private Map<String, Object> object(String path) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.getText();
            parser.nextToken();
            map.put(key, value(DefinitionTree.child(path, key)));
        }
        return Collections.unmodifiableMap(map);
    }

    private List<Object> array(String path) throws IOException {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(DefinitionTree.child(path, list.size())));
        }
        return Collections.unmodifiableList(list);
    }
}
