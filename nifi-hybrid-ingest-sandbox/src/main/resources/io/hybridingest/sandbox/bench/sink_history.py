"""Gives a Delta table the past of a stream: as many versions as wanted, each of which added one small file to the newest day.

usage: spark-submit sink_history.py TABLE_PATH VERSIONS ROWS_PER_VERSION, with sink_messages.py beside it
The files are written at once, beside the table, and then moved and committed one by one, as Delta's protocol has it, without Spark: so
many micro-batches would take hours. Prints one line of JSON: rows written.
"""

import glob
import json
import os
import shutil
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql.functions import expr, lit
from sink_messages import NEWEST_DAY, payments


def write(spark: SparkSession, table_path: str, aside: str, versions: int, rows: int) -> None:
    columns = spark.read.format("delta").load(table_path).columns
    (
        payments(spark, 1_000_000_000, versions * rows, f"date'{NEWEST_DAY}'")
        .withColumn("day", expr("date(paid_at)"))
        .withColumn("_ingest_lane", lit("stream"))
        .withColumn("_ingested_at", expr("current_timestamp()"))
        .select(*columns)
        .repartition(versions)
        .write.format("delta")
        .partitionBy("day")
        .save(aside)
    )


def adds(table_path: str) -> list:
    actions = []
    for commit in sorted(glob.glob(f"{table_path}/_delta_log/*.json")):
        with open(commit, encoding="utf-8") as lines:
            actions += [action for action in map(json.loads, lines) if "add" in action]
    return actions


def main(table_path: str, versions: str, rows: str) -> None:
    spark = SparkSession.builder.config("spark.databricks.delta.optimizeWrite.enabled", "false").getOrCreate()
    aside = f"{table_path}-aside"
    write(spark, table_path, aside, int(versions), int(rows))
    spark.stop()
    version = len(glob.glob(f"{table_path}/_delta_log/*.json"))
    for action in adds(aside):
        file = action["add"]["path"]
        os.makedirs(os.path.dirname(f"{table_path}/{file}"), exist_ok=True)
        shutil.move(f"{aside}/{file}", f"{table_path}/{file}")
        info = {"commitInfo": {"timestamp": int(time.time() * 1000), "operation": "WRITE", "operationParameters": {}}}
        with open(f"{table_path}/_delta_log/{version:020d}.json", "x", encoding="utf-8") as commit:
            commit.write("\n".join(json.dumps(each) for each in (info, action)) + "\n")
        version += 1
    print(json.dumps({"rows": int(versions) * int(rows)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
