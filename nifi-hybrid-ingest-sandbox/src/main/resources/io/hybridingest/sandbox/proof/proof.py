"""Holds the Delta tables against the truth of what was sent: by identities, as sets.

Usage: proof.py TABLE QUARANTINE TRUTH_DIRECTORY RESULT
Writes RESULT, a JSON object. Says what it sees; the verdict is the caller's.
"""

import glob
import json
import os
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

IDENTITY = ["carrier", "flight", "origin", "scheduledMicros"]
MARKER = r"BROKEN-\d{5}"


def exists(table):
    return os.path.isdir(os.path.join(table, "_delta_log"))


def commit_times(spark, table):
    """File name -> time of the commit that added it with new data, in epoch milliseconds."""
    times = []
    for log in sorted(glob.glob(os.path.join(table, "_delta_log", "*.json"))):
        with open(log, encoding="utf-8") as lines:
            actions = [json.loads(line) for line in lines if line.strip()]
        at = next((a["commitInfo"]["timestamp"] for a in actions if "commitInfo" in a), None)
        for action in actions:
            if "add" in action and action["add"].get("dataChange") and at is not None:
                times.append((action["add"]["path"].rsplit("/", 1)[-1], at))
    return spark.createDataFrame(times or [("", 0)], "file string, committedAt long")


def read_table(spark, table):
    if not exists(table):
        schema = (
            "carrier string, flight int, origin string, scheduledMicros long, tailnum string, _ingest_id string,"
            " _ingest_lane string, _rescued string, file string"
        )
        return spark.createDataFrame([], schema)
    return (
        spark.read.format("delta").load(table)
        .withColumn("scheduledMicros", F.unix_micros("scheduled_departure"))
        .withColumn("file", F.element_at(F.split("_metadata.file_path", "/"), -1))
        .select(*IDENTITY, "tailnum", "_ingest_id", "_ingest_lane", "_rescued", "file")
    )


def read_quarantine(spark, quarantine):
    if not exists(quarantine):
        return spark.createDataFrame([], "marker string, codes array<string>, stage string")
    text = F.decode("original", "ISO-8859-1")
    return spark.read.format("delta").load(quarantine).select(
        F.regexp_extract(text, MARKER, 0).alias("marker"), F.col("reasons.code").alias("codes"), "stage"
    )


def counts(frame, column):
    return {row[0]: row[1] for row in frame.groupBy(column).count().collect()}


def table_findings(table, sent):
    identities = table.groupBy(*IDENTITY).agg(F.count("*").alias("rows"))
    twice_by_id = table.groupBy("_ingest_id").count().where("count > 1").count()
    twice = identities.where("rows > 1").count()
    unknown = identities.join(sent, IDENTITY, "left_anti").count()
    broken = table.where(F.col("tailnum").rlike(MARKER)).count()
    missing = sent.join(identities, IDENTITY, "left_anti")
    lanes = counts(table, "_ingest_lane")
    return {
        "inTable": table.count(),
        "missing": missing.count(),
        "missingSample": [row.asDict() for row in missing.limit(10).collect()],
        "duplicated": max(twice, twice_by_id),
        "unexpected": max(unknown, broken),
        "lanes": {"stream": lanes.get("stream", 0), "batch": lanes.get("batch", 0)},
    }


def quarantine_findings(quarantine, broken):
    found = quarantine.where("marker <> ''").groupBy("marker").count()
    kinds = quarantine.where("marker <> ''").select("marker", "codes", "stage").join(broken, "marker")
    by_kind = (
        kinds.groupBy("kind")
        .agg(
            F.countDistinct("marker").alias("found"),
            F.collect_set(F.concat_ws(": ", "stage", F.concat_ws(", ", "codes"))).alias("reasons"),
        )
        .collect()
    )
    expected = broken.join(found, "marker", "left")
    stray = quarantine.join(broken, "marker", "left_anti")
    return {
        "expected": broken.count(),
        "actual": found.join(broken, "marker").count(),
        "missing": [row[0] for row in expected.where("count is null").select("marker").collect()],
        "unexpected": stray.count(),
        "repeated": found.where("count > 1").count(),
        "byReason": counts(quarantine.select(F.explode("codes").alias("code")), "code"),
        "byKind": {row["kind"]: {"found": row["found"], "reasons": sorted(row["reasons"])} for row in by_kind},
    }


def latency(table, live, commits):
    """Seconds between the first sending of a live record and the commit that made it visible."""
    seconds = (F.col("committedAt") - F.col("sentAt")) / 1000.0
    measured = (
        table.where("_ingest_lane = 'stream'").join(live, IDENTITY).join(commits, "file").select(seconds.alias("s"))
    )
    row = measured.agg(
        F.percentile_approx("s", [0.5, 0.95], 10000).alias("p"), F.max("s").alias("max"), F.count("*").alias("n")
    ).first()
    middle, high = row["p"] if row["p"] else (None, None)
    return {"p50": middle, "p95": high, "max": row["max"], "records": row["n"]}


def main(table_path, quarantine_path, truth, result):
    spark = SparkSession.builder.appName("proof").getOrCreate()
    lines = spark.read.schema(
        "carrier string, flight int, origin string, scheduledMicros long, sentAt long, feed string, unknownField boolean"
    ).json(os.path.join(truth, "sent.jsonl")).cache()
    sent = lines.select(*IDENTITY).distinct()
    live = lines.where("feed = 'live'").groupBy(*IDENTITY).agg(F.min("sentAt").alias("sentAt"))
    broken = spark.read.schema("marker string, kind string").json(os.path.join(truth, "broken.jsonl"))
    table = read_table(spark, table_path).cache()
    quarantine = read_quarantine(spark, quarantine_path).cache()

    findings = {"sent": sent.count(), **table_findings(table, sent)}
    findings["quarantined"] = quarantine_findings(quarantine, broken)
    findings["rescued"] = {
        "expected": lines.where("unknownField").select(*IDENTITY).distinct().count(),
        "actual": table.where("_rescued is not null").count(),
    }
    findings["streamLatencySeconds"] = latency(table, live, commit_times(spark, table_path))
    with open(result + ".new", "w", encoding="utf-8") as out:
        json.dump(findings, out, indent=2, sort_keys=True)
    os.replace(result + ".new", result)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
