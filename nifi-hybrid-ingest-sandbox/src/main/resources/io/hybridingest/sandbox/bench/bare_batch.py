"""The batch lane's peer: reads CSV files, casts, transforms and appends to a Delta table. No checks, no identity, no ledger.

usage: spark-submit bare_batch.py CSV_DIRECTORY TABLE_PATH
Prints one line of JSON: rows written and seconds, from the start of the query to the table's commit.
"""

import json
import sys
import time

from pyspark.sql import SparkSession

COLUMNS = (
    "tailnum string, carrier string, flight int, origin string, dest string, sched_dep_time_utc timestamp, "
    "dep_delay int, arr_delay int, air_time int, distance double, provider string"
)


def main(csv_directory: str, table_path: str) -> None:
    spark = SparkSession.builder.getOrCreate()
    started = time.time()
    names = [column.split()[0] for column in COLUMNS.split(", ")]
    types = dict(column.split() for column in COLUMNS.split(", "))
    source = spark.read.option("header", True).csv(csv_directory)
    casts = [
        f"CAST({name} AS {types[name]}) AS {name}" if name in source.columns else f"CAST(NULL AS {types[name]}) AS {name}"
        for name in names
    ]
    source.selectExpr(*casts).withColumnRenamed("sched_dep_time_utc", "scheduled_departure").createOrReplaceTempView("input")
    rows = spark.sql("SELECT *, date_format(scheduled_departure, 'yyyy-MM') AS month FROM input")
    rows.write.format("delta").partitionBy("month").mode("append").save(table_path)
    seconds = time.time() - started
    written = spark.read.format("delta").load(table_path).count()
    print(json.dumps({"rows": written, "seconds": seconds}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
