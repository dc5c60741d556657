import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.receiver.Receiver;

/** DStreams over a receiver, counted on both sides; they go on, fail in a batch, or are left alone by a main that returns. */
public final class JvmDStream {
    private static final AtomicLong STORED = new AtomicLong();
    private static final AtomicLong PROCESSED = new AtomicLong();

    private JvmDStream() {}

    public static void main(String[] arguments) throws Exception {
        boolean failing = arguments[1].equals("fail");
        JavaStreamingContext streams = new JavaStreamingContext(new SparkConf(), Durations.seconds(1));
        streams.receiverStream(new Ticks()).foreachRDD(records -> {
            if (failing) {
                throw new IllegalStateException("no ticks");
            }
            PROCESSED.addAndGet(records.count());
        });
        streams.start();
        if (!arguments[1].equals("return")) {
            streams.awaitTermination();
            System.out.println("stored: " + STORED + " processed: " + PROCESSED);
        }
    }

    /** Receives a record every 20 milliseconds. */
    private static final class Ticks extends Receiver<Long> {
        Ticks() {
            super(StorageLevel.MEMORY_ONLY());
        }

        @Override
        public void onStart() {
            Thread thread = new Thread(this::tick, "ticks");
            thread.setDaemon(true);
            thread.start();
        }

        private void tick() {
            try {
                while (!isStopped()) {
                    store(STORED.get());
                    STORED.incrementAndGet();
                    Thread.sleep(20);
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void onStop() {
            // The thread looks itself.
        }
    }
}
