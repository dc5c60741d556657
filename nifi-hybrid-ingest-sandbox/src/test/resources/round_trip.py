"""Writes a Delta table, reads it back, and names a class of Spark's Kafka source: fails where a jar is missing."""

import sys

from pyspark.sql import SparkSession

table = sys.argv[1]
spark = SparkSession.builder.getOrCreate()
spark.range(5).write.format("delta").save(table)
rows = spark.read.format("delta").load(table).count()
spark.range(1).selectExpr("cast(id as string) as value").write.format("avro").save(table + "_avro")
kafka = spark.readStream.format("kafka").option("kafka.bootstrap.servers", "127.0.0.1:1").option("subscribe", "x").load()
# In one piece: the JVM logs to the same file.
print(f"rows: {rows} kafka columns: {','.join(kafka.columns)} version: {spark.version}\n", end="")
spark.stop()
