"""Writes prepared records to Kafka topics, the same ones as Avro single objects and as JSON, and optionally rows of other identities to a
Delta table of payments that is there already. What the records are says the name of the schema.

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
    records = (
        spark.range(first, first + count, numPartitions=8)
        .withColumn("payment_id", expr("md5(concat('payment ', id))"))
        .withColumn("account", expr("concat('DE', lpad(cast(abs(hash(id, 1)) % 1000000 as string), 20, '0'))"))
        .withColumn("amount", expr("cast((abs(hash(id, 2)) % 1000000) / 100.0 as decimal(18, 2))"))
        .withColumn("merchant", expr("concat('merchant-', abs(hash(id, 3)) % 5000)"))
        .withColumn("paid_at", expr(f"timestampadd(SECOND, abs(hash(id, 4)) % 86400, to_timestamp({day}))"))
        .withColumn("card", expr("concat('************', lpad(cast(abs(hash(id, 5)) % 10000 as string), 4, '0'))"))
    )
    return with_system_fields(records, "payments-0042.json")


# Of a cell in a quarter of an hour: lowest and highest, and the decimals that are reported.
MEASURED = {
    "throughput_down_mbps": (5, 180, 2),
    "throughput_up_mbps": (1, 60, 2),
    "latency_ms": (8, 65, 2),
    "jitter_ms": (0, 12, 3),
    "packet_loss_percent": (0, 2, 4),
    "signal_power_dbm": (-121, -72, 2),
    "signal_quality_db": (-19, -6, 2),
    "signal_to_noise_db": (-4, 27, 2),
    "channel_quality": (3, 15, 3),
    "block_errors_percent": (1, 12, 3),
    "load_down_percent": (2, 96, 2),
    "load_up_percent": (1, 80, 2),
    "users_mean": (1, 240, 3),
    "available_percent": (98, 100, 4),
}
COUNTED = {
    "users_most": (1, 400),
    "connections_tried": (100, 60_000),
    "connections_made": (100, 60_000),
    "sessions_tried": (100, 90_000),
    "sessions_made": (100, 90_000),
    "sessions_dropped": (0, 300),
    "handovers_tried": (0, 25_000),
    "handovers_made": (0, 25_000),
    "bytes_down": (10_000_000, 2_000_000_000),
    "bytes_up": (1_000_000, 400_000_000),
}
CELLS = 20_000


def measurements(spark: SparkSession, first: int, count: int, day: str) -> DataFrame:
    """All cells of a network every quarter of an hour; a day has 96 of them."""
    records = (
        spark.range(first, first + count, numPartitions=8)
        .withColumn("cell", expr(f"concat('26201-', lpad(cast(id % {CELLS} div 3 as string), 7, '0'), '-', id % {CELLS} % 3)"))
        .withColumn("measured_at", expr(f"timestampadd(MINUTE, cast(15 * (id div {CELLS}) as int), to_timestamp({day}))"))
    )
    for salt, (name, (low, high, decimals)) in enumerate(MEASURED.items()):
        steps = (high - low) * 10**decimals
        records = records.withColumn(name, expr(f"round({low} + abs(hash(id, {salt})) % {steps} / {10**decimals}D, {decimals})"))
    for salt, (name, (low, high)) in enumerate(COUNTED.items(), len(MEASURED)):
        records = records.withColumn(name, expr(f"{low} + abs(hash(id, {salt})) % {high - low}L"))
    return with_system_fields(records, "cells-0042.json")


def with_system_fields(records: DataFrame, source: str) -> DataFrame:
    return (
        records.withColumn("_ingest_id", expr("md5(concat('identity ', id))"))
        .withColumn("_source", lit(source))
        .withColumn("_rescued", lit(None).cast("string"))
    )


RECORDS = {"PaymentPrepared": payments, "MeasurementPrepared": measurements}


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
    wire = json.loads(schema)
    fields = [field["name"] for field in wire["fields"]]
    source = RECORDS[wire["name"]](spark, int(first), int(records), f"date'{NEWEST_DAY}'")
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
