"""Lands prepared records as Avro containers, the way they come from NiFi.

usage: spark-submit sink_landing.py SCHEMA_FILE DIRECTORY RECORDS FILES DAYS, with sink_messages.py beside it
Prints one line of JSON: rows written.
"""

import json
import sys

from pyspark.sql import SparkSession
from sink_messages import NEWEST_DAY, payments


def main(schema_file: str, directory: str, records: str, files: str, days: str) -> None:
    spark = SparkSession.builder.getOrCreate()
    with open(schema_file, encoding="utf-8") as file:
        schema = file.read()
    fields = [field["name"] for field in json.loads(schema)["fields"]]
    day = f"date_sub(date'{NEWEST_DAY}', cast(id % {days} as int))"
    (
        payments(spark, 0, int(records), day)
        .select(*fields)
        .coalesce(int(files))
        .write.format("avro")
        .option("avroSchema", schema)
        .option("compression", "zstandard")
        .save(directory)
    )
    print(json.dumps({"rows": int(records)}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
