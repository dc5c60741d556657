"""The sink's peer: the bare query. Reads Avro single objects from Kafka, decodes, transforms and appends to a Delta table, in
micro-batches until the end of the topic. No checks, no identity, no quarantine, no ledger.

usage: spark-submit sink_peer.py BOOTSTRAP_SERVERS TOPIC SCHEMA_FILE TABLE_PATH CHECKPOINT MAX_OFFSETS WARM_UP
Prints one line of JSON: rows written, and the seconds that all micro-batches took but for the first WARM_UP ones, with the rows of
these (measured).
"""

import json
import sys

from pyspark.sql import SparkSession
from pyspark.sql.avro.functions import from_avro
from pyspark.sql.functions import expr


def main(servers: str, topic: str, schema_file: str, table_path: str, checkpoint: str, max_offsets: str, warm_up: str) -> None:
    spark = SparkSession.builder.getOrCreate()
    with open(schema_file, encoding="utf-8") as file:
        schema = file.read()
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
    rows = records.withColumn("day", expr("date(paid_at)"))
    query = (
        rows.writeStream.format("delta")
        .partitionBy("day")
        .option("checkpointLocation", checkpoint)
        .trigger(availableNow=True)
        .start(table_path)
    )
    query.awaitTermination()
    batches = [batch for batch in query.recentProgress if batch["numInputRows"] > 0][int(warm_up) :]
    written = spark.read.format("delta").load(table_path).count()
    print(
        json.dumps(
            {
                "rows": written,
                "seconds": sum(batch["durationMs"]["triggerExecution"] for batch in batches) / 1000,
                "measured": sum(batch["numInputRows"] for batch in batches),
            }
        ),
        flush=True,
    )
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
