"""Two tables in which everything that can be wrong is. Usage: flawed_tables.py TABLE QUARANTINE"""

import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
rows = spark.range(98).selectExpr(
    "'UA' carrier",
    "cast(id as int) flight",
    "'JFK' origin",
    "timestamp_micros(1700000000000000 + id) scheduled_departure",
    "cast(null as string) tailnum",
    "md5(cast(id as string)) _ingest_id",
    "if(id < 40, 'stream', 'batch') _ingest_lane",
    "if(id = 0, '{}', null) _rescued",
    "'2026-01' month",
)
twice = rows.where("flight = 3")
stray = rows.where("flight = 4").selectExpr(
    "carrier", "1000 flight", "origin", "scheduled_departure", "'BROKEN-00003' tailnum", "'stray' _ingest_id",
    "_ingest_lane", "_rescued", "month",
)
rows.union(twice).union(stray).write.format("delta").partitionBy("month").save(sys.argv[1])

markers = ["BROKEN-00000", "BROKEN-00001", "BROKEN-00001", "BROKEN-00002", "no marker"]
spark.createDataFrame([(number, marker) for number, marker in enumerate(markers)], "id int, marker string").selectExpr(
    "concat('q', id) quarantine_id",
    "cast(null as string) ingest_id",
    "'check' stage",
    "array(named_struct('code', 'some-code', 'field', 'f', 'message', 'm', 'value', 'v')) reasons",
    "cast(concat('{\"tailnum\":\"', marker, '\"}') as binary) original",
    "'test' source",
    "current_timestamp() quarantined_at",
).write.format("delta").save(sys.argv[2])
spark.stop()
