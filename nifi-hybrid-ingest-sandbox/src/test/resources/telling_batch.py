"""A batch application that prints every secret it was given, once the file of its argument is there, and fails."""

import os
import sys
import time

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
while not os.path.exists(sys.argv[1]):
    time.sleep(0.1)
own, jaas = (spark.conf.get(key) for key in ("spark.test.own", "spark.hybridingest.kafka.sasl.jaas.config"))
# In one piece: the JVM logs to the same file.
print(f"own: {own}\njaas: {jaas}\nenvironment: {os.environ['TEST_OWN']}\nthat was all\n", end="", flush=True)
raise ValueError("told everything")
