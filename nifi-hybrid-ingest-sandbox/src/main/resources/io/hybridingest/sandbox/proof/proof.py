"""Holds the Delta tables against the truth of what was sent: by identities, as sets.

Usage: proof.py TABLE QUARANTINE TRUTH_DIRECTORY RESULT
Writes RESULT, a JSON object. Says what it sees; the verdict is the caller's.
"""

import glob
import json
import os
import sys
from collections import Counter
from urllib.parse import unquote

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

IDENTITY = ["carrier", "flight", "origin", "scheduledMicros"]
MARKER = r"BROKEN-\d{5}"
BROKEN = "^BROKEN-"


def exists(table):
    return os.path.isdir(os.path.join(table, "_delta_log"))


def commit_times(spark, table):
    """Identity -> time of the commit that brought its row, in epoch milliseconds.

    Read from the files that commits added with new data. Delta may have put them together since; they stay for as long as it keeps versions.
    """
    times = []
    for log in sorted(glob.glob(os.path.join(table, "_delta_log", "*.json"))):
        with open(log, encoding="utf-8") as lines:
            actions = [json.loads(line) for line in lines if line.strip()]
        at = next((a["commitInfo"]["timestamp"] for a in actions if "commitInfo" in a), None)
        for action in actions:
            if "add" in action and action["add"].get("dataChange") and at is not None:
                path = os.path.join(table, unquote(action["add"]["path"]))
                if os.path.exists(path):
                    times.append((path, os.path.basename(path), at))
    if not times:
        return spark.createDataFrame([], "_ingest_id string, committedAt long")
    commits = spark.createDataFrame([(name, at) for _, name, at in times], "file string, committedAt long")
    rows = spark.read.parquet(*[path for path, _, _ in times]).select("_ingest_id", F.col("_metadata.file_name").alias("file"))
    return rows.join(commits, "file").groupBy("_ingest_id").agg(F.min("committedAt").alias("committedAt"))


def read_table(spark, table):
    if not exists(table):
        schema = (
            "carrier string, flight int, origin string, scheduledMicros long, tailnum string, _ingest_id string,"
            " _ingest_lane string, _rescued string"
        )
        return spark.createDataFrame([], schema)
    return (
        spark.read.format("delta").load(table)
        .withColumn("scheduledMicros", F.unix_micros("scheduled_departure"))
        .select(*IDENTITY, "tailnum", "_ingest_id", "_ingest_lane", "_rescued")
    )


def read_quarantine(spark, quarantine):
    """(marker or nothing, stage, reason codes) of every quarantined record."""
    if not exists(quarantine):
        return []
    text = F.decode("original", "ISO-8859-1")
    marker = F.regexp_extract(text, MARKER, 0)
    rows = spark.read.format("delta").load(quarantine).select(marker, "stage", "reasons.code").collect()
    return [tuple(row) for row in rows]


def number(value):
    return value or 0


def table_findings(table, sent):
    per_identity = table.groupBy(*IDENTITY).agg(F.count("*").alias("rows"))
    both = per_identity.join(sent.withColumn("sent", F.lit(True)), IDENTITY, "full").cache()
    sets = both.agg(
        F.count("sent").alias("sent"),
        F.count_if(F.expr("rows is null")).alias("missing"),
        F.count_if(F.expr("sent is null")).alias("unknown"),
        F.count_if(F.expr("rows > 1")).alias("twice"),
    ).first()
    rows = table.agg(
        F.count("*").alias("all"),
        F.count_if(F.expr("_ingest_lane = 'stream'")).alias("stream"),
        F.count_if(F.expr("_ingest_lane = 'batch'")).alias("batch"),
        F.count_if(F.expr("_rescued is not null")).alias("rescued"),
        F.count_if(F.expr(f"tailnum rlike '{BROKEN}'")).alias("broken"),
    ).first()
    twice_by_id = table.groupBy("_ingest_id").count().where("count > 1").count()
    sample = both.where("rows is null").select(*IDENTITY).limit(10).collect() if number(sets["missing"]) else []
    return {
        "sent": sets["sent"],
        "inTable": rows["all"],
        "missing": sets["missing"],
        "missingSample": [row.asDict() for row in sample],
        "duplicated": max(sets["twice"], twice_by_id),
        "unexpected": max(sets["unknown"], rows["broken"]),
        "lanes": {"stream": rows["stream"], "batch": rows["batch"]},
    }, rows["rescued"]


def quarantine_findings(rows, broken):
    times = Counter(marker for marker, _, _ in rows)
    by_kind = {}
    for marker, stage, codes in rows:
        if marker in broken:
            kind = by_kind.setdefault(broken[marker], {"markers": set(), "reasons": set()})
            kind["markers"].add(marker)
            kind["reasons"].add(f"{stage}: {', '.join(codes)}")
    return {
        "expected": len(broken),
        "actual": len(broken.keys() & times.keys()),
        "missing": sorted(broken.keys() - times.keys()),
        "unexpected": sum(count for marker, count in times.items() if marker not in broken),
        "repeated": sum(1 for marker, count in times.items() if marker in broken and count > 1),
        "byReason": Counter(code for _, _, codes in rows for code in codes),
        "byKind": {
            kind: {"found": len(found["markers"]), "reasons": sorted(found["reasons"])}
            for kind, found in by_kind.items()
        },
    }


def latency(table, live, commits):
    """Seconds between the first sending of a live record and the commit that made it visible."""
    seconds = (F.col("committedAt") - F.col("sentAt")) / 1000.0
    measured = (
        table.where("_ingest_lane = 'stream'").join(live, IDENTITY).join(commits, "_ingest_id").select(seconds.alias("s"))
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
    live = lines.where("feed = 'live'").groupBy(*IDENTITY).agg(
        F.min("sentAt").alias("sentAt"), F.max("unknownField").alias("unknownField")
    ).cache()
    with open(os.path.join(truth, "broken.jsonl"), encoding="utf-8") as broken_lines:
        broken = {record["marker"]: record["kind"] for record in map(json.loads, broken_lines)}
    table = read_table(spark, table_path).cache()

    findings, rescued = table_findings(table, lines.select(*IDENTITY).distinct())
    findings["quarantined"] = quarantine_findings(read_quarantine(spark, quarantine_path), broken)
    findings["rescued"] = {"expected": live.where("unknownField").count(), "actual": rescued}
    findings["streamLatencySeconds"] = latency(table, live, commit_times(spark, table_path))
    with open(result + ".new", "w", encoding="utf-8") as out:
        json.dump(findings, out, indent=2, sort_keys=True)
    os.replace(result + ".new", result)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
