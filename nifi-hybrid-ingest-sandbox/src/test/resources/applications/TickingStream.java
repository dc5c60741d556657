import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/** A structured stream that knows nothing of who runs it. */
public class TickingStream {
    public static void main(String[] arguments) throws Exception {
        SparkSession spark = SparkSession.builder().getOrCreate();
        spark.readStream()
                .format("rate-micro-batch")
                .option("rowsPerBatch", 10)
                .load()
                .writeStream()
                .format("noop")
                .trigger(Trigger.ProcessingTime(1000))
                .option("checkpointLocation", arguments[0])
                .start()
                .awaitTermination();
        spark.stop();
    }
}
