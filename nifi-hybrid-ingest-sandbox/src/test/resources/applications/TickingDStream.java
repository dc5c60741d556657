import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaStreamingContext;

/** A stream of DStreams that knows nothing of who runs it; it counts a number a batch, and fails at the one that it is told. */
public class TickingDStream {
    public static void main(String[] arguments) throws Exception {
        int failing = Integer.parseInt(arguments[0]);
        JavaStreamingContext streaming = new JavaStreamingContext(new SparkConf(), Durations.seconds(1));
        Queue<JavaRDD<Integer>> numbers = new ArrayDeque<>();
        for (int i = 0; i < 600; i++) {
            numbers.add(streaming.sparkContext().parallelize(List.of(i)));
        }
        streaming.queueStream(numbers).foreachRDD(rdd -> rdd.foreach(number -> {
            if (number == failing) {
                throw new IllegalStateException("cannot count " + number);
            }
        }));
        streaming.start();
        streaming.awaitTermination();
    }
}
