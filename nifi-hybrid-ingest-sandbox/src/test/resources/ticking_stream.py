"""A streaming application that knows nothing of who runs it, and whose Python process outlives its JVM if nobody ends it."""

import signal
import sys
import time

from pyspark.sql import SparkSession

checkpoint = sys.argv[1]
spark = SparkSession.builder.getOrCreate()
query = (
    spark.readStream.format("rate-micro-batch")
    .option("rowsPerBatch", 10)
    .load()
    .writeStream.format("noop")
    .trigger(processingTime="1 second")
    .option("checkpointLocation", checkpoint)
    .start()
)
try:
    query.awaitTermination()
except Exception:
    # As an application does that retries for ever: without its JVM it would go on doing so.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while spark.sparkContext._gateway is not None and spark.sparkContext._jsc is not None:
        time.sleep(1)
spark.stop()
