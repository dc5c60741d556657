package io.hybridingest.job.transform;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.JavaConverters;

/**
 * An analysed query that makes exactly one row of each row of its input, and what each of its columns is made of.
 *
 * <p>Only such a query gives the same table whichever lane and micro-batch a record comes through: a count or a join
 * would see a batch in one lane and an hour in the other. Everything that is not a projection is therefore refused.
 */
final class RowWisePlan {
    private static final Pattern NAME_OF_THE_TIME =
            Pattern.compile("\\s*(now|today|tomorrow|yesterday)\\b", Pattern.CASE_INSENSITIVE);
    private static final Set<DataType> TIMES =
            Set.of(DataTypes.DateType, DataTypes.TimestampType, DataTypes.TimestampNTZType);

    private final Map<ExprId, NamedExpression> projected = new LinkedHashMap<>();
    private final Map<ExprId, String> inputs = new LinkedHashMap<>();
    private final List<Attribute> output;

    private RowWisePlan(LogicalPlan plan) {
        this.output = JavaConverters.seqAsJavaList(plan.output());
    }

    /**
     * Takes a query apart.
     *
     * @param query the analysed query
     * @param input the view that it must read, and nothing else
     * @param subject how a refusal names the query
     * @throws RefusedQueryException where the query is not row-wise
     */
    static RowWisePlan of(Dataset<Row> query, Dataset<Row> input, String subject) {
        LogicalPlan analyzed = query.queryExecution().analyzed();
        RowWisePlan rowWise = new RowWisePlan(analyzed);
        LogicalPlan source = input.queryExecution().analyzed();
        rowWise.walk(analyzed, source, subject);
        return rowWise;
    }

    private void walk(LogicalPlan plan, LogicalPlan source, String subject) {
        if (plan.sameResult(source)) {
            for (Attribute attribute : JavaConverters.seqAsJavaList(plan.output())) {
                inputs.put(attribute.exprId(), attribute.name());
            }
        } else if (plan instanceof Project project) {
            for (NamedExpression expression : JavaConverters.seqAsJavaList(project.projectList())) {
                requireNoSubquery((Expression) expression, subject);
                projected.put(expression.exprId(), expression);
            }
            walk(project.child(), source, subject);
        } else if (plan instanceof SubqueryAlias || plan instanceof View) {
            walk(JavaConverters.seqAsJavaList(plan.children()).get(0), source, subject);
        } else {
            throw new RefusedQueryException(
                    "%s must make one row of each row of the view input, from that row alone, so that both lanes agree; %s is not possible. %s"
                            .formatted(subject, plan.nodeName(), remedy(plan.nodeName())));
        }
    }

    private static String remedy(String node) {
        return switch (node) {
            case "Filter" -> "Leave records out with a check and `otherwise: drop`.";
            case "Aggregate", "Window", "Distinct", "Deduplicate" -> "Aggregate in a query over the table.";
            case "Join" -> "Join in a query over the table.";
            case "Generate" -> "Keep the array, and explode it in a query over the table.";
            default -> "Write SELECT … FROM input.";
        };
    }

    private static void requireNoSubquery(Expression expression, String subject) {
        if (expression instanceof SubqueryExpression) {
            throw new RefusedQueryException(
                    "%s must make each row from one row of the view input alone; a subquery is not possible. Join in a query over the table."
                            .formatted(subject));
        }
        JavaConverters.seqAsJavaList(expression.children()).forEach(child -> requireNoSubquery(child, subject));
    }

    /** The input column that an output column is, unchanged though perhaps renamed; empty where it is computed. */
    Optional<String> passedThrough(String column) {
        return attribute(column).flatMap(attribute -> unchanged(attribute.exprId()));
    }

    private Optional<String> unchanged(ExprId id) {
        if (inputs.containsKey(id)) {
            return Optional.of(inputs.get(id));
        }
        NamedExpression expression = projected.get(id);
        if (expression instanceof Alias alias && alias.child() instanceof AttributeReference reference) {
            return unchanged(reference.exprId());
        }
        return Optional.empty();
    }

    /**
     * The input columns that alone decide an output column's value; empty where it depends on anything else, such as the
     * clock or chance.
     */
    Optional<Set<String>> madeOf(String column) {
        Set<String> columns = new HashSet<>();
        return attribute(column)
                .flatMap(attribute -> formula(attribute.exprId(), columns))
                .map(formula -> columns);
    }

    /** How an output column is computed from input columns, in SQL; empty where {@link #madeOf} is. */
    Optional<String> formula(String column) {
        return attribute(column).flatMap(attribute -> formula(attribute.exprId(), new HashSet<>()));
    }

    private Optional<String> formula(ExprId id, Set<String> columns) {
        if (inputs.containsKey(id)) {
            columns.add(inputs.get(id));
            return Optional.of(inputs.get(id));
        }
        if (!(projected.get(id) instanceof Alias alias) || !isPure(alias.child())) {
            return Optional.empty();
        }
        StringBuilder formula = new StringBuilder(alias.child().sql());
        List<Attribute> references = new ArrayList<>();
        JavaConverters.asJavaIterator(alias.child().references().iterator()).forEachRemaining(references::add);
        references.sort(Comparator.comparing(Attribute::name));
        for (Attribute reference : references) {
            Optional<String> part = formula(reference.exprId(), columns);
            if (part.isEmpty()) {
                return part;
            }
            if (!inputs.containsKey(reference.exprId())) {
                formula.append(" with ").append(reference.sql()).append(" = ").append(part.get());
            }
        }
        return Optional.of(formula.toString());
    }

    /** Whether all that is computed has the same value whenever it is computed. Of functions that are not Spark's that is believed. */
    boolean isSteady() {
        return projected.values().stream().allMatch(expression -> isSteady((Expression) expression));
    }

    /** The clock is deterministic to Spark within one query, yet not from one batch to the next. */
    private static boolean isSteady(Expression expression) {
        String name = expression.getClass().getSimpleName();
        return expression.deterministic()
                && !name.startsWith("Current")
                && !name.equals("Now")
                && !name.equals("LocalTimestamp")
                && JavaConverters.seqAsJavaList(expression.children()).stream().allMatch(RowWisePlan::isSteady)
                && !isCastOfANameOfTheTime(expression);
    }

    /** Spark casts texts such as {@code now} and {@code today} to the time at which it does. */
    private static boolean isCastOfANameOfTheTime(Expression expression) {
        return expression instanceof Cast cast
                && TIMES.contains(cast.dataType())
                && cast.child().dataType().equals(DataTypes.StringType)
                && cast.child().foldable()
                && NAME_OF_THE_TIME
                        .matcher(String.valueOf(cast.child().eval(null)))
                        .lookingAt();
    }

    private static boolean isPure(Expression expression) {
        return isSteady(expression) && isSparks(expression);
    }

    private static boolean isSparks(Expression expression) {
        return !(expression instanceof UserDefinedExpression)
                && JavaConverters.seqAsJavaList(expression.children()).stream().allMatch(RowWisePlan::isSparks);
    }

    private Optional<Attribute> attribute(String column) {
        return output.stream()
                .filter(attribute -> attribute.name().equalsIgnoreCase(column))
                .findFirst();
    }
}
