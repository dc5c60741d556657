import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/** A structured stream that knows nothing of who runs it; it waits for its query, or returns at once. */
public final class JvmStream {
    private JvmStream() {}

    public static void main(String[] arguments) throws Exception {
        SparkSession spark = SparkSession.builder().getOrCreate();
        StreamingQuery query = spark.readStream()
                .format("rate-micro-batch")
                .option("rowsPerBatch", 10)
                .load()
                .writeStream()
                .format("noop")
                .trigger(Trigger.ProcessingTime("1 second"))
                .option("checkpointLocation", arguments[0])
                .start();
        if (arguments[1].equals("wait")) {
            query.awaitTermination();
            spark.stop();
        }
    }
}
