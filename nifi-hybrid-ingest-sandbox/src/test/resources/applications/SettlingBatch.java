import org.apache.spark.sql.SparkSession;

/** A batch application: sums what it is told to, and fails, exits or forgets to stop where the second argument says so. */
public class SettlingBatch {
    public static void main(String[] arguments) {
        SparkSession spark = SparkSession.builder().getOrCreate();
        Object total = spark.range(Long.parseLong(arguments[0]) + 1).groupBy().sum("id").first().get(0);
        System.out.print("sum: " + total + "\nown setting: " + spark.conf().get("spark.test.own") + "\n");
        switch (arguments[1]) {
            case "raise" -> throw new IllegalStateException("nothing to settle");
            case "exit" -> System.exit(0);
            default -> spark.stop();
        }
    }
}
