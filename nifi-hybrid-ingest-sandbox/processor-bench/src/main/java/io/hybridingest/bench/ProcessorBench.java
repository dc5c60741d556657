package io.hybridingest.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The record processors against NiFi's own, in this JVM, by one thread, in the sessions of NiFi's mock framework. Prints each finding as a
 * line of JSON that begins with <code>{"name"</code>, and what happens as lines of text.
 */
public final class ProcessorBench {
    private static final List<String> SUMMARIES = List.of(
            PreprocessWork.VS_CHAIN,
            PreprocessWork.VS_LOOP,
            RouteWork.VS_LOOP,
            RouteWork.VS_QUERY_RECORD,
            RouteWork.VS_PARTITION_RECORD);

    private final Scale scale;
    private final Predicate<String> wanted;
    private final Consumer<String> progress;

    ProcessorBench(Scale scale, Predicate<String> wanted, Consumer<String> progress) {
        this.scale = scale;
        this.wanted = wanted;
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @param arguments the directory that holds {@code flights.json} and {@code flights.csv}; then, where not everything is wanted, what the
     *     names of the comparisons begin with
     */
    public static void main(String[] arguments) throws IOException {
        String prefix = arguments.length > 1 ? arguments[1] : "";
        FlightLines flights = FlightLines.read(Path.of(arguments[0]));
        new ProcessorBench(Scale.full(), beginsWith(prefix), System.out::println)
                .run(new Transactions(Kind.TRANSACTIONS), flights)
                .forEach(comparison -> System.out.println(comparison.json()));
    }

    /** Names below a prefix that ends where a part of the name does: {@code preprocess.vs-loop}, not {@code preprocess.vs}. */
    static Predicate<String> beginsWith(String prefix) {
        return name -> prefix.isEmpty() || name.equals(prefix) || name.startsWith(prefix + ".");
    }

    /** Everything that is wanted, and for each peer the median of its cases under the plain name. */
    List<Comparison> run(Source... sources) {
        List<Comparison> comparisons = new ArrayList<>();
        Contest contest = new Contest(scale, wanted, progress);
        progress.accept(MockOverhead.measured(scale));
        for (Dataset dataset : Dataset.of(sources)) {
            comparisons.addAll(contest.measure(PreprocessWork.on(dataset)));
        }
        Source hashed = new Transactions(Kind.TRANSACTIONS.hashing("device"));
        comparisons.addAll(contest.measure(PreprocessWork.on(new Dataset(hashed, Format.JSON))));
        for (Dataset dataset : Dataset.of(sources)) {
            comparisons.addAll(contest.measure(RouteWork.throughReaderAndWriter(dataset)));
        }
        for (Source source : sources) {
            comparisons.addAll(contest.measure(
                    RouteWork.slicing(new Dataset(source, source.formats().getFirst()))));
        }
        return Stream.concat(comparisons.stream(), summaries(comparisons)).toList();
    }

    private Stream<Comparison> summaries(List<Comparison> comparisons) {
        return SUMMARIES.stream().filter(wanted).map(summary -> median(comparisons.stream()
                        .filter(comparison -> comparison.name().startsWith(summary + "."))
                        .toList())
                .named(summary));
    }

    /** The case in the middle; of an even number, the worse one of the two. */
    private static Comparison median(List<Comparison> cases) {
        List<Comparison> sorted = cases.stream()
                .sorted(Comparator.comparingDouble(Comparison::ratio))
                .toList();
        return sorted.get((sorted.size() - 1) / 2);
    }
}
