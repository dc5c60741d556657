import org.apache.spark.sql.SparkSession;

/** A batch application: sums what it is told to, and ends as the second argument says. */
public final class JvmBatch {
    private JvmBatch() {}

    public static void main(String[] arguments) {
        SparkSession spark = SparkSession.builder().getOrCreate();
        long end = Long.parseLong(arguments[0]);
        System.out.println(
                "sum: " + spark.range(end + 1).groupBy().sum("id").first().getLong(0));
        switch (arguments[1]) {
            case "well" -> spark.stop();
            case "exit" -> System.exit(0);
            case "halt" -> Runtime.getRuntime().halt(0);
            default -> throw new IllegalArgumentException(arguments[1]);
        }
    }
}
