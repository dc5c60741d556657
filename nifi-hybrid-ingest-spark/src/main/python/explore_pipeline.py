# %% [markdown]
# # What a pipeline has written
# Cells for a notebook (VS Code, PyCharm, Jupyter with jupytext), or as a whole:
# `spark-submit <Delta's jars and conf> --py-files hybrid_ingest.py explore_pipeline.py pipeline.json`

# %%
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from hybrid_ingest import Pipeline

spark = SparkSession.builder.appName("explore-pipeline").getOrCreate()
pipeline = Pipeline.load(spark, sys.argv[1] if len(sys.argv) > 1 else "pipeline.json")

# %% [markdown]
# ## The table
# Which lane brought how many rows, and how fresh they are.

# %%
table = pipeline.table()
table.groupBy("_ingest_lane").agg(F.count("*").alias("rows"), F.max("_ingested_at").alias("newest")).show()

# %% [markdown]
# ## Quarantine
# What is still open, by reason, and what such a record looked like.

# %%
waiting = pipeline.quarantine().where("replayed_at IS NULL")
reasons = waiting.select("stage", "original", F.explode("reasons").alias("reason"))
reasons.groupBy("stage", "reason.code").agg(
    F.count("*").alias("records"),
    F.first("reason.message").alias("for example"),
    F.first(F.decode("original", "UTF-8")).alias("original"),
).orderBy(F.desc("records")).show(truncate=60)

# %% [markdown]
# ## The ledger
# What became of the records that each lane read. Every record is in exactly one of the columns after `rows_in`.

# %%
ledger = pipeline.ledger()
ledger.groupBy("lane").agg(
    F.count("*").alias("commits"),
    *[
        F.sum(f"rows_{what}").alias(f"rows_{what}")
        for what in ("in", "inserted", "updated", "duplicate", "quarantined", "dropped")
    ],
).show()

# %% [markdown]
# The last commits, and how far the topic had been read.

# %%
ledger.orderBy(F.desc("version")).select("version", "timestamp", "lane", "epoch", "batch_id", "rows_in", "offsets").show(
    10, truncate=False
)

# %% [markdown]
# ## What one commit brought
# The table before and after it.

# %%
last = ledger.where("rows_inserted > 0").orderBy(F.desc("version")).first()
if last is not None:
    before = pipeline.table(version=last["version"] - 1)
    pipeline.table(version=last["version"]).join(before, "_ingest_id", "left_anti").show(5)
