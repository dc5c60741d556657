"""Writes prepared records to Kafka topics, the same ones as Avro single objects and as JSON, and optionally rows of other identities to a
Delta table that is there already.

usage: spark-submit sink_messages.py BOOTSTRAP_SERVERS SCHEMA_FILE PREFIX_HEX FIRST RECORDS AVRO_TOPIC JSON_TOPIC [TABLE_PATH ROWS DAYS]
Prints one line of JSON: rows written and seconds.
"""

import json
import sys
import time

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.avro.functions import to_avro
from pyspark.sql.functions import col, concat, expr, lit, struct, to_json

NEWEST_DAY = "2026-06-30"


def payments(spark: SparkSession, first: int, count: int, day: str) -> DataFrame:
    """Columns as the wire schema has them; the day is an SQL expression over the number of the payment."""
    return (
        spark.range(first, first + count, numPartitions=8)
        .withColumn("payment_id", expr("md5(concat('payment ', id))"))
        .withColumn("account", expr("concat('DE', lpad(cast(abs(hash(id, 1)) % 1000000 as string), 20, '0'))"))
        .withColumn("amount", expr("cast((abs(hash(id, 2)) % 1000000) / 100.0 as decimal(18, 2))"))
        .withColumn("merchant", expr("concat('merchant-', abs(hash(id, 3)) % 5000)"))
        .withColumn("paid_at", expr(f"timestampadd(SECOND, abs(hash(id, 4)) % 86400, to_timestamp({day}))"))
        .withColumn("card", expr("concat('************', lpad(cast(abs(hash(id, 5)) % 10000 as string), 4, '0'))"))
        .withColumn("_ingest_id", expr("md5(concat('identity ', id))"))
        .withColumn("_source", lit("payments-0042.json"))
        .withColumn("_rescued", lit(None).cast("string"))
    )


def send(messages: DataFrame, servers: str, topic: str) -> None:
    messages.write.format("kafka").option("kafka.bootstrap.servers", servers).option(
        "kafka.compression.type", "lz4"
    ).option("topic", topic).save()


def seed(spark: SparkSession, table_path: str, rows: int, days: int) -> None:
    day = f"date_sub(date'{NEWEST_DAY}', cast(id % {days} as int))"
    existing = payments(spark, 1_000_000_000, rows, day)
    table = spark.read.format("delta").load(table_path)
    (
        existing.withColumn("day", expr("date(paid_at)"))
        .withColumn("_ingest_lane", lit("batch"))
        .withColumn("_ingested_at", expr("current_timestamp()"))
        .select(*table.columns)
        .repartition(days, "day")
        .write.format("delta")
        .mode("append")
        .save(table_path)
    )


def main(
    servers: str, schema_file: str, prefix: str, first: str, records: str, avro_topic: str, json_topic: str, *table: str
) -> None:
    spark = SparkSession.builder.getOrCreate()
    started = time.time()
    with open(schema_file, encoding="utf-8") as file:
        schema = file.read()
    fields = [field["name"] for field in json.loads(schema)["fields"]]
    source = payments(spark, int(first), int(records), f"date'{NEWEST_DAY}'")
    record = struct(*[col(f"`{name}`") for name in fields])
    key = col("_ingest_id").cast("binary").alias("key")
    avro = source.select(key, concat(expr(f"unhex('{prefix}')"), to_avro(record, schema)).alias("value"))
    send(avro, servers, avro_topic)
    text = to_json(record, {"ignoreNullFields": "false", "timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"})
    send(source.select(key, text.cast("binary").alias("value")), servers, json_topic)
    if table:
        seed(spark, table[0], int(table[1]), int(table[2]))
    print(json.dumps({"rows": int(records), "seconds": time.time() - started}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
