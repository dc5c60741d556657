"""The batch lane's peer: reads the landed containers and appends them to a Delta table. No checks, no identity, no quarantine, no ledger.

usage: spark-submit sink_batch_peer.py DIRECTORY TABLE_PATH
Prints one line of JSON: rows written and seconds, from the start of the query to the table's commit.
"""

import json
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql.functions import expr


def main(directory: str, table_path: str) -> None:
    spark = SparkSession.builder.getOrCreate()
    started = time.time()
    rows = spark.read.format("avro").load(directory).withColumn("day", expr("date(paid_at)"))
    rows.write.format("delta").partitionBy("day").mode("append").save(table_path)
    seconds = time.time() - started
    commit = spark.sql(f"DESCRIBE HISTORY delta.`{table_path}`").first()
    print(json.dumps({"rows": int(commit.operationMetrics["numOutputRows"]), "seconds": seconds}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
