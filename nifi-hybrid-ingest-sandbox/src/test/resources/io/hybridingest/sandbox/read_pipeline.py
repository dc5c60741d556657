"""Reads a pipeline's tables with the module for PySpark, and shows it what it has to refuse.

Usage: read_pipeline.py MODULE_DIRECTORY PIPELINE_JSON RESULT
Writes RESULT, a JSON object, and then runs the example over the same tables.
"""

import json
import os
import runpy
import sys
from dataclasses import replace

from pyspark.sql import SparkSession

modules, definition, result = sys.argv[1:]
sys.path.insert(0, modules)

from hybrid_ingest import Pipeline, PipelineError  # noqa: E402


def refusal(action):
    try:
        action()
    except PipelineError as refused:
        return str(refused)
    return "nothing refused"


bare = SparkSession.builder.config("spark.sql.extensions", "").config("spark.sql.catalog.spark_catalog", "").getOrCreate()
refusals = {"noDelta": refusal(Pipeline.load(bare, definition).table)}
bare.stop()

spark = SparkSession.builder.getOrCreate()
pipeline = Pipeline.load(spark, "file://" + definition)
directory = os.path.dirname(result)
foreign, empty, yaml = (os.path.join(directory, name) for name in ("foreign", "empty", "pipeline.yaml"))
spark.range(3).write.format("delta").save(foreign)
os.mkdir(empty)
with open(yaml, "w", encoding="utf-8") as text:
    text.write("pipeline: readings\n")
nowhere = replace(pipeline, table_path=os.path.join(directory, "nowhere"), quarantine_path=empty)
refusals.update(
    noTable=refusal(nowhere.table),
    noTableForTheLedger=refusal(nowhere.ledger),
    noVersionOfNoTable=refusal(lambda: nowhere.table(version=1)),
    noQuarantine=refusal(nowhere.quarantine),
    noVersion=refusal(lambda: pipeline.table(version=1000)),
    foreign=refusal(replace(pipeline, table_path=foreign).table),
    swapped=refusal(replace(pipeline, quarantine_path=pipeline.table_path).quarantine),
    otherPipeline=refusal(replace(pipeline, name="others").ledger),
    noDefinition=refusal(lambda: Pipeline.load(spark, os.path.join(directory, "missing.json"))),
    noDefinitionAtUri=refusal(lambda: Pipeline.load(spark, "file:///missing.json")),
    yaml=refusal(lambda: Pipeline.load(spark, yaml)),
)
ledger = [json.loads(line) for line in pipeline.ledger().toJSON().collect()]
findings = {
    "rows": pipeline.table().count(),
    "rowsAtVersion": {row["version"]: pipeline.table(version=row["version"]).count() for row in ledger},
    "quarantined": pipeline.quarantine().where("reasons[0].code = 'no-seven'").count(),
    "ledger": ledger,
    "refusals": refusals,
}
with open(result, "w", encoding="utf-8") as out:
    json.dump(findings, out, indent=2)

sys.argv = ["explore_pipeline.py", definition]
runpy.run_path(os.path.join(modules, "explore_pipeline.py"), run_name="__main__")
spark.stop()
