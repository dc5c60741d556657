package io.hybridingest.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The record processors against NiFi's own, in this JVM, by one thread, in the sessions of NiFi's mock framework. Prints each finding as a
 * line of JSON that begins with <code>{"name"</code>, and what happens as lines of text.
 *
 * <p>One JVM is for one piece of work: after a dozen of them its compiler has given up on methods that all share, and every side falls to a
 * few percent of its speed.
 */
public final class ProcessorBench {
    private final Scale scale;
    private final Predicate<String> wanted;
    private final Consumer<String> progress;

    ProcessorBench(Scale scale, Predicate<String> wanted, Consumer<String> progress) {
        this.scale = scale;
        this.wanted = wanted;
        this.progress = progress;
    }

    /**
     * Measures one piece of work, or says which ones there are.
     *
     * @param arguments the directory that holds {@code flights.json} and {@code flights.csv}; what the names of the wanted comparisons begin
     *     with, empty for all; then the piece of work. Without it, each piece that holds a wanted comparison is printed as a line of JSON
     *     that begins with <code>{"work"</code>
     */
    public static void main(String[] arguments) throws IOException {
        Map<String, Supplier<Work>> works =
                works(new Transactions(Kind.TRANSACTIONS), FlightLines.read(Path.of(arguments[0])));
        ProcessorBench bench = new ProcessorBench(Scale.full(), beginsWith(arguments[1]), System.out::println);
        if (arguments.length == 2) {
            bench.wanted(works).forEach(name -> System.out.println("{\"work\":\"%s\"}".formatted(name)));
        } else {
            bench.run(works.get(arguments[2]).get()).forEach(comparison -> System.out.println(comparison.json()));
        }
    }

    /** Names below a prefix that ends where a part of the name does: {@code preprocess.vs-loop}, not {@code preprocess.vs}. */
    static Predicate<String> beginsWith(String prefix) {
        return name -> prefix.isEmpty() || name.equals(prefix) || name.startsWith(prefix + ".");
    }

    /** Every piece of work, by a name such as {@code preprocess.flights-csv}, in the order in which they are measured. */
    static Map<String, Supplier<Work>> works(Source... sources) {
        List<Dataset> datasets = Dataset.of(sources);
        Source hashed = new Transactions(Kind.TRANSACTIONS.hashing("device"));
        List<Dataset> prepared = new ArrayList<>(datasets);
        prepared.add(new Dataset(hashed, Format.JSON));
        Map<String, Supplier<Work>> works = new LinkedHashMap<>();
        for (Dataset dataset : prepared) {
            works.put("preprocess." + dataset.name(), () -> PreprocessWork.on(dataset));
        }
        for (Dataset dataset : datasets) {
            works.put("route." + dataset.name(), () -> RouteWork.throughReaderAndWriter(dataset));
        }
        for (Source source : sources) {
            Dataset dataset = new Dataset(source, source.formats().getFirst());
            works.put("route." + source.kind().name() + "-avro", () -> RouteWork.slicing(dataset));
        }
        return works;
    }

    /** The names of those pieces of work that hold a wanted comparison. */
    List<String> wanted(Map<String, Supplier<Work>> works) {
        Contest contest = new Contest(scale, wanted, progress);
        return works.entrySet().stream()
                .filter(work -> contest.concerns(work.getValue().get()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What is wanted of one piece of work. */
    List<Comparison> run(Work work) {
        progress.accept(MockOverhead.measured(scale));
        return new Contest(scale, wanted, progress).measure(work);
    }
}
