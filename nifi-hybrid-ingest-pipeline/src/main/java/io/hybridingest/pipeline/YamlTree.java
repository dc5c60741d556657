package io.hybridingest.pipeline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Turns YAML 1.2 text into a {@link DefinitionTree}. */
final class YamlTree {
    /** Far above any definition by hand, far below what aliases of aliases grow into. */
    private static final int MAX_NODES = 100_000;

    private final DefinitionErrors errors = new DefinitionErrors();
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int nodes;

    private YamlTree() {}

    /** @throws InvalidDefinitionException where the text is not YAML; what else is wrong is in the tree's errors */
    static DefinitionTree parse(String yaml) {
        YamlTree tree = new YamlTree();
        try {
            Object root = tree.compose(yaml).map(node -> tree.convert(node, "")).orElse(null);
            return new DefinitionTree(root, tree.errors);
        } catch (StackOverflowError e) {
            throw tree.syntaxError(0, "it is nested too deeply");
        }
    }

    private Optional<Node> compose(String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel("definition")
                .setSchema(new CoreSchema())
                .build();
        try {
            return new Compose(settings).composeString(yaml);
        } catch (MarkedYamlEngineException e) {
            int line =
                    e.getProblemMark().or(e::getContextMark).map(YamlTree::line).orElse(0);
            throw syntaxError(line, e.getProblem());
        } catch (YamlEngineException e) {
            throw syntaxError(0, DefinitionTree.cut(e.getMessage()));
        }
    }

    private InvalidDefinitionException syntaxError(int line, String problem) {
        errors.addAt(
                line,
                "",
                "the text is not YAML: " + problem,
                "Check the indentation (spaces, no tabs), that brackets and quotes are closed, and put values that hold"
                        + " ': ' or ' #' or begin with a special character in quotes");
        return new InvalidDefinitionException(errors.inOrder());
    }

    private static int line(Mark mark) {
        return mark.getLine() + 1;
    }

    private static int line(Node node) {
        return node.getStartMark().map(YamlTree::line).orElse(0);
    }

    private Object convert(Node node, String path) {
        errors.locate(path, line(node));
        if (++nodes > MAX_NODES) {
            errors.add(path, "the definition is too large", "Use fewer aliases (*name)");
            throw new InvalidDefinitionException(errors.inOrder());
        }
        if (!open.add(node)) {
            errors.addFinal(path, "an alias (*name) holds itself", "Write the value out");
            return null;
        }
        try {
            if (node instanceof ScalarNode scalar) {
                return scalar(scalar, path);
            } else if (node instanceof SequenceNode sequence) {
                return list(sequence, path);
            }
            return mapping((MappingNode) node, path);
        } finally {
            open.remove(node);
        }
    }

    private List<Object> list(SequenceNode sequence, String path) {
        List<Object> list = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            list.add(convert(element, DefinitionTree.child(path, list.size())));
        }
        return Collections.unmodifiableList(list);
    }

    private Map<String, Object> mapping(MappingNode mapping, String path) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode keyNode)) {
                errors.addAt(
                        line(entry.getKeyNode()),
                        path,
                        "a key must be text, not a list or a mapping",
                        "Put the value in quotes: an unquoted value cannot begin with [ or {");
                continue;
            }
            String key = keyNode.getValue();
            String child = DefinitionTree.child(path, key);
            if (map.containsKey(key)) {
                errors.addAt(line(keyNode), child, "the key is written twice", "Keep one of them");
                continue;
            }
            errors.locate(child, line(keyNode));
            map.put(key, convert(entry.getValueNode(), child));
        }
        return Collections.unmodifiableMap(map);
    }

    private Object scalar(ScalarNode scalar, String path) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        try {
            if (tag.equals(Tag.NULL)) {
                return null;
            } else if (tag.equals(Tag.BOOL)) {
                return Boolean.valueOf(text);
            } else if (tag.equals(Tag.INT)) {
                return Numbers.canonical(new BigDecimal(wholeNumber(text)));
            } else if (tag.equals(Tag.FLOAT)) {
                return Numbers.canonical(new BigDecimal(text));
            } else if (tag.equals(Tag.STR)) {
                return text;
            }
        } catch (NumberFormatException e) {
            errors.addFinal(
                    path, "'" + DefinitionTree.cut(text) + "' is not a number that can be kept", "Write digits");
            return null;
        }
        errors.addFinal(path, "the tag " + tag.getValue() + " means nothing here", "Leave the tag (!name) out");
        return null;
    }

    private static BigInteger wholeNumber(String text) {
        if (text.startsWith("0x")) {
            return new BigInteger(text.substring(2), 16);
        } else if (text.startsWith("0o")) {
            return new BigInteger(text.substring(2), 8);
        }
        return new BigInteger(text);
    }
}
