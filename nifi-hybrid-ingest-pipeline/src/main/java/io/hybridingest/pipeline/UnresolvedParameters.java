package io.hybridingest.pipeline;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds values that still hold {@code #{a parameter}}: whoever started without it would write to a wrong place. */
final class UnresolvedParameters {
    private static final Pattern PARAMETER = Pattern.compile("#\\{[^}]*}");

    private final DefinitionErrors errors;

    private UnresolvedParameters(DefinitionErrors errors) {
        this.errors = errors;
    }

    static void refuse(DefinitionTree tree) {
        new UnresolvedParameters(tree.errors()).visit(tree.root(), "");
    }

    private void visit(Object value, String path) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, entry) -> visit(entry, DefinitionTree.child(path, (String) key)));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                visit(list.get(i), DefinitionTree.child(path, i));
            }
        } else if (value instanceof String text) {
            Matcher parameter = PARAMETER.matcher(text);
            if (parameter.find()) {
                errors.addFinal(
                        path,
                        "the parameter " + parameter.group() + " was not resolved",
                        "Add it to the parameter context of the process group, or write the value itself");
            }
        }
    }
}
