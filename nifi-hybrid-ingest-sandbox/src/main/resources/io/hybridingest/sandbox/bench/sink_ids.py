"""Compares the identities of tables with those of the first one.

usage: spark-submit sink_ids.py TABLE_PATH LANE [TABLE_PATH LANE]...
A lane chooses rows by _ingest_lane, - chooses all. Prints one line of JSON: rows of the first table, and the paths of the tables whose
rows have other identities, or one of them twice.
"""

import json
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import expr


def fingerprint(spark: SparkSession, path: str, lane: str) -> tuple:
    rows = spark.read.format("delta").load(path)
    chosen = rows if lane == "-" else rows.where(rows["_ingest_lane"] == lane)
    # Two hashes of each identity: added up they do not depend on the order, and an identity that is there twice counts twice.
    sums = [f"sum(cast(xxhash64({salt}, _ingest_id) as decimal(38, 0)))" for salt in (1, 2)]
    return tuple(str(value) for value in chosen.agg(expr("count(1)"), *[expr(each) for each in sums]).first())


def main(*arguments: str) -> None:
    spark = SparkSession.builder.getOrCreate()
    tables = list(zip(arguments[0::2], arguments[1::2]))
    first, *others = [fingerprint(spark, *table) for table in tables]
    different = [path for (path, _), found in zip(tables[1:], others) if found != first]
    print(json.dumps({"rows": int(first[0]), "different": different}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
