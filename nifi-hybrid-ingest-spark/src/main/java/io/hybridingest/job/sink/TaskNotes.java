package io.hybridingest.job.sink;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What the tasks of one pass over some rows note down while the rows go through, so that nobody has to pass over them again. Each
 * partition's notes count once, however often its task was run.
 *
 * @param <N> notes of one task
 */
public final class TaskNotes<N extends Serializable> implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int DRIVER = -1;

    private final CollectionAccumulator<Noted<N>> noted;
    private final Blank<N> blank;
    private transient N own;

    private TaskNotes(CollectionAccumulator<Noted<N>> noted, Blank<N> blank) {
        this.noted = noted;
        this.blank = blank;
    }

    /**
     * Makes the notes of a task that begins.
     *
     * @param <N> notes of one task
     */
    public interface Blank<N> extends Supplier<N>, Serializable {}

    private record Noted<N extends Serializable>(int partition, N notes) implements Serializable {}

    /** Begins notes of a pass that is to come. */
    public static <N extends Serializable> TaskNotes<N> begin(SparkSession spark, Blank<N> blank) {
        CollectionAccumulator<Noted<N>> noted = new CollectionAccumulator<>();
        noted.register(spark.sparkContext(), scala.Option.empty(), false);
        return new TaskNotes<>(noted, blank);
    }

    /** In a task: its notes. Spark gives every task a copy of this object, and the driver what the task has noted when it ends. */
    public N ofTask() {
        if (own == null) {
            own = blank.get();
            N mine = own;
            TaskContext task = TaskContext.get();
            if (task == null) {
                // Spark computes a few rows that it has at hand while it plans.
                noted.add(new Noted<>(DRIVER, mine));
            } else {
                TaskCompletionListener tell = ended -> noted.add(new Noted<>(ended.partitionId(), mine));
                task.addTaskCompletionListener(tell);
            }
        }
        return own;
    }

    /** On the driver, after the pass: the notes of every partition that had rows. */
    public Collection<N> all() {
        Map<Integer, N> newest = new TreeMap<>();
        List<Noted<N>> told = new ArrayList<>(noted.value());
        told.forEach(each -> newest.put(each.partition(), each.notes()));
        return newest.values();
    }
}
