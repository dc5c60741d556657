"""A short batch job, the same for both sides: some seconds of work on one core, and a result to compare.

usage: spark-submit short_batch.py
Prints one line: "sum: " and a number.
"""

from pyspark.sql import SparkSession

ROWS = 40_000_000


def main() -> None:
    spark = SparkSession.builder.getOrCreate()
    hashed = spark.range(ROWS).selectExpr("id % 1000 AS bucket", "pmod(xxhash64(id), 1000003) AS value")
    sums = hashed.groupBy("bucket").sum("value").groupBy().sum("sum(value)")
    # In one piece: the JVM logs to the same file.
    print(f"sum: {sums.collect()[0][0]}\n", end="", flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
