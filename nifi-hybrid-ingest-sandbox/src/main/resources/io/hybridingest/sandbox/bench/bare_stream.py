"""The stream lane's peer: reads what the publisher wrote to Kafka, decodes, transforms and appends to a Delta table, in
micro-batches until the end of the topic. No checks, no identity, no ledger.

usage: spark-submit bare_stream.py BOOTSTRAP_SERVERS TOPIC SCHEMA_FILE TABLE_PATH CHECKPOINT MAX_OFFSETS
Prints one line of JSON: rows written and seconds, from the start of the query to its last commit.
"""

import json
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql.avro.functions import from_avro
from pyspark.sql.functions import expr


def main(servers: str, topic: str, schema_file: str, table_path: str, checkpoint: str, max_offsets: str) -> None:
    spark = SparkSession.builder.getOrCreate()
    with open(schema_file, encoding="utf-8") as file:
        schema = file.read()
    started = time.time()
    messages = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", servers)
        .option("kafka.isolation.level", "read_committed")
        .option("subscribe", topic)
        .option("startingOffsets", "earliest")
        .option("maxOffsetsPerTrigger", max_offsets)
        .load()
    )
    records = messages.select(from_avro(expr("substring(value, 11)"), schema).alias("record")).select("record.*")
    rows = records.withColumn("month", expr("date_format(scheduled_departure, 'yyyy-MM')"))
    query = (
        rows.writeStream.format("delta")
        .partitionBy("month")
        .option("checkpointLocation", checkpoint)
        .trigger(availableNow=True)
        .start(table_path)
    )
    query.awaitTermination()
    seconds = time.time() - started
    written = spark.read.format("delta").load(table_path).count()
    print(json.dumps({"rows": written, "seconds": seconds}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
