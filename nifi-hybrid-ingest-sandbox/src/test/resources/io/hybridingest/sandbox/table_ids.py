"""Writes the identities of a Delta table into a file, one a line, as often as they are there.

usage: spark-submit table_ids.py TABLE_PATH COLUMN FILE
"""

import sys

from pyspark.sql import SparkSession


def main(table: str, column: str, target: str) -> None:
    spark = SparkSession.builder.getOrCreate()
    ids = [row[0] for row in spark.read.format("delta").load(table).select(column).collect()]
    with open(target, "w", encoding="utf-8") as file:
        file.write("\n".join(sorted(ids)))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
