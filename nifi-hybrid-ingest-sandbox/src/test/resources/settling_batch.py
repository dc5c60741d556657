"""A batch application: sums what it is told to, and fails, hangs or crashes where the second argument says so."""

import os
import sys
import time

from pyspark.sql import SparkSession

end, how = int(sys.argv[1]), sys.argv[2]
spark = SparkSession.builder.getOrCreate()
total = spark.range(end + 1).groupBy().sum("id").collect()[0][0]
# In one piece: the JVM logs to the same file.
print(f"sum: {total} python: {sys.executable}\nown setting: {spark.conf.get('spark.test.own')}\n", end="")
if how == "raise":
    raise ValueError("nothing to settle")
if how == "crash":
    os._exit(0)
if how == "hang":
    while True:
        time.sleep(1)
spark.stop()
