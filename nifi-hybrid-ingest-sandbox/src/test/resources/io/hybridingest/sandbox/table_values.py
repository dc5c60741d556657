"""Writes the values of a text expression over a Delta table into a file, one a line, as often as they are there.

usage: spark-submit table_values.py TABLE_PATH EXPRESSION FILE
"""

import sys

from pyspark.sql import SparkSession


def main(table: str, expression: str, target: str) -> None:
    spark = SparkSession.builder.getOrCreate()
    values = [row[0] for row in spark.read.format("delta").load(table).selectExpr(expression).collect()]
    with open(target, "w", encoding="utf-8") as file:
        file.write("\n".join(sorted(values)))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
