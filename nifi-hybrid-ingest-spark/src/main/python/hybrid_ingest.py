"""Reads what a pipeline has written, as DataFrames: its table, its quarantine table and the ledger of its commits.

    from hybrid_ingest import Pipeline

    payments = Pipeline.load(spark, "pipeline.json")
    payments.table()        # the rows
    payments.quarantine()   # what was refused, with every reason
    payments.ledger()       # one row per commit: who wrote it, how far, how many rows

For PySpark 3.5 and a session with Delta 3.3; needs nothing else. It only reads, so it may run beside both lanes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

__all__ = ["Pipeline", "PipelineError"]

_METADATA = (
    "pipeline string, lane string, epoch bigint, generation int, batchId bigint,"
    " offsets map<string, map<string, bigint>>, files bigint,"
    " rowsIn bigint, rowsQuarantined bigint, rowsDropped bigint, tombstones bigint, rowsInserted bigint,"
    " interval struct<start: timestamp, end: timestamp>, acceptedLoss string"
)
_OFFSETS = "transform_values(m.offsets, (topic, ends) -> transform_keys(ends, (p, end) -> cast(p AS int)))"
_NO_DELTA = ("DATA_SOURCE_NOT_FOUND", "DELTA_CONFIGURE_SPARK_SESSION_WITH_EXTENSION_AND_CATALOG", "`HISTORY`")
_NO_TABLE = ("PATH_NOT_FOUND", "DELTA_TABLE_NOT_FOUND", "_delta_log")
_NO_VERSION = ("Cannot time travel Delta table", "DELTA_VERSION_NOT_FOUND")


class PipelineError(Exception):
    """Something is not there, or not the pipeline's. The message says what to do."""


@dataclass(frozen=True)
class Pipeline:
    """A pipeline's tables, seen through one Spark session.

    Nothing is cached: each call sees the tables as they are then.

    Attributes:
        spark: session with Delta
        name: the pipeline's name, as its commits have it
        table_path: path of the table
        quarantine_path: path of the quarantine table
        tombstone: the boolean column that is true in markers of deleted rows, where the definition names one
    """

    spark: SparkSession
    name: str
    table_path: str
    quarantine_path: str
    tombstone: Optional[str] = None

    @classmethod
    def load(cls, spark: SparkSession, definition: str) -> Pipeline:
        """The pipeline of a definition.

        Args:
            definition: the ``pipeline.json`` that the job was given (each run directory has it): the path of a local
                file, or a URI that Spark can read, such as ``s3a://bucket/pipeline.json``

        Raises:
            PipelineError: where there is no such file, or it is no ``pipeline.json``
        """
        try:
            json_object = json.loads(_text(spark, definition))
            table = json_object["table"]
            return cls(spark, json_object["pipeline"], table["path"], table["quarantine"], table.get("tombstone"))
        except (ValueError, KeyError, TypeError) as unfit:
            raise PipelineError(
                f"{definition} is no canonical definition of a pipeline. Pass the pipeline.json of one of its run"
                " directories, not the YAML that it was made from; or name the tables yourself:"
                " Pipeline(spark, name, table_path, quarantine_path)."
            ) from unfit

    def table(self, version: Optional[int] = None) -> DataFrame:
        """The rows that both lanes have written, without the markers of deleted ones.

        Beside the columns of the transform each row has ``_ingest_id`` (its identity, unique), ``_source``,
        ``_rescued``, ``_ingest_lane`` and ``_ingested_at``, as far as the transform passes them on.

        Args:
            version: the table as it was after a commit, a ``version`` of the ledger; the present one without

        Raises:
            PipelineError: where there is no table yet, the version is gone, or the table is not a pipeline's
        """
        rows = self._read(self.table_path, "table", ["_ingest_id", "_ingest_lane"], version)
        if self.tombstone is None or self.tombstone not in rows.columns:
            return rows
        return rows.where(~F.coalesce(F.col(f"`{self.tombstone}`"), F.lit(False)))

    def quarantine(self) -> DataFrame:
        """What was refused at any stage, one row for each ``quarantine_id``.

        ``original`` holds the bytes as they came, ``reasons`` every reason. Rows that a replay took out stay;
        ``replayed_at IS NULL`` chooses those that are still open.

        Raises:
            PipelineError: where there is no quarantine table yet, or the table is another
        """
        return self._read(self.quarantine_path, "quarantine table", ["quarantine_id", "reasons", "original"])

    def ledger(self) -> DataFrame:
        """The commits of this pipeline to its table, one row each; a column is null where it does not apply.

        ========================= =============================================================================
        ``version``               of the table, after the commit
        ``timestamp``             when it was committed
        ``operation``             Delta's name of it, such as ``MERGE``; ``SET TBLPROPERTIES`` where a run took over
        ``lane``                  ``stream``, ``batch``, ``replay`` or ``maintain``
        ``epoch``, ``generation`` of the writer: the launch, and how often its lane began with a new checkpoint
        ``batch_id``              micro-batch, unique within the lane's generation
        ``offsets``               topic → partition → end offset, exclusive; stream only
        ``files``                 number of landing files read; batch only
        ``rows_in``               records read
        ``rows_inserted``         rows that were new
        ``rows_updated``          rows replaced by newer ones; 0 with ``write: append``
        ``rows_duplicate``        records whose identity was there already, or twice in the batch
        ``rows_quarantined``      records meant for the quarantine table
        ``rows_dropped``          records that a check left out
        ``tombstones``            records that delete a row, among those inserted, updated or duplicate
        ``interval``              data interval of the run
        ``accepted_loss``         what was accepted as lost when the run was started
        ========================= =============================================================================

        Not in it: commits of others, and what Delta has cleaned away (``delta.logRetentionDuration``, 30 days unless
        the table says otherwise). Of a replay ``rows_quarantined`` are those that stay where they were.

        Raises:
            PipelineError: where there is no table yet, or other pipelines have written it and this one has not
        """
        self.table()
        try:
            history = self.spark.sql(f"DESCRIBE HISTORY delta.`{self.table_path.replace('`', '``')}`")
        except Exception as failure:  # Without Delta's extension Spark takes HISTORY for a table.
            raise self._explained(failure, self.table_path, "table") from failure
        commits = history.withColumn("m", F.from_json("userMetadata", _METADATA)).where("m.lane IS NOT NULL")
        writers = sorted(row[0] for row in commits.select("m.pipeline").distinct().collect())
        if writers and self.name not in writers:
            raise PipelineError(
                f"The table at {self.table_path} was written by {', '.join(writers)}, and not by {self.name}, as far"
                " back as its log goes. Pass the definition whose table it is."
            )
        inserted = F.coalesce(F.col("m.rowsInserted"), _metric("numTargetRowsInserted"))
        updated = _metric("numTargetRowsUpdated")
        duplicate = F.expr("m.rowsIn - m.rowsQuarantined - m.rowsDropped") - inserted - updated
        return (
            commits.where(F.col("m.pipeline") == self.name)
            # After a MERGE Delta may compact small files, and then says of that commit, too, what the MERGE said.
            .where("operation != 'OPTIMIZE' OR m.lane = 'maintain'")
            .select(
                "version",
                "timestamp",
                "operation",
                "m.lane",
                "m.epoch",
                "m.generation",
                F.col("m.batchId").alias("batch_id"),
                F.expr(_OFFSETS).alias("offsets"),
                "m.files",
                F.col("m.rowsIn").alias("rows_in"),
                inserted.alias("rows_inserted"),
                updated.alias("rows_updated"),
                duplicate.alias("rows_duplicate"),
                F.col("m.rowsQuarantined").alias("rows_quarantined"),
                F.col("m.rowsDropped").alias("rows_dropped"),
                F.coalesce(F.col("m.tombstones"), F.lit(0)).alias("tombstones"),
                "m.interval",
                F.col("m.acceptedLoss").alias("accepted_loss"),
            )
            .orderBy("version")
        )

    def _read(self, path: str, what: str, columns: list, version: Optional[int] = None) -> DataFrame:
        """Reads a table that has at least these columns."""
        reader = self.spark.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        try:
            rows = reader.load(path)
        except Exception as failure:  # Which class it is depends on what is missing, and on Spark Connect.
            raise self._explained(failure, path, what, version) from failure
        missing = [column for column in columns if column not in rows.columns]
        if missing:
            raise PipelineError(
                f"The Delta table at {path} is not the {what} of a pipeline: it has no column {', '.join(missing)}."
                f" Check the table's paths in the definition of {self.name}."
            )
        return rows

    def _explained(self, failure: Exception, path: str, what: str, version: Optional[int] = None) -> Exception:
        """What to do about a failure, or the failure itself where nothing better is known."""
        text = str(failure)
        if any(sign in text for sign in _NO_DELTA):
            return PipelineError(
                "This Spark session has no Delta Lake. Start it with delta-spark_2.12 and delta-storage in spark.jars,"
                " spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension and"
                " spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog."
            )
        if any(sign in text for sign in _NO_VERSION):
            return PipelineError(f"The {what} at {path} has no version {version}: {text.splitlines()[0]}")
        if any(sign in text.splitlines()[0] + _cause(text) for sign in _NO_TABLE):
            return PipelineError(
                f"There is no {what} at {path} yet. The first run of {self.name} makes it, whichever lane is first;"
                " if it has run, check that this session sees the same file system."
            )
        return failure


def _cause(text: str) -> str:
    """The line of a Java stack trace that names the exception, where it says that a file is missing."""
    found = re.search(r"^: java\.io\.FileNotFoundException: .*$", text, re.MULTILINE)
    return found.group() if found else ""


def _metric(name: str) -> Column:
    """One of a commit's metrics, 0 where it has none of this name."""
    return F.coalesce(F.col("operationMetrics")[name].cast("bigint"), F.lit(0))


def _text(spark: SparkSession, location: str) -> str:
    try:
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:/", location):
            return spark.read.text(location, wholetext=True).first()[0]
        with open(location, encoding="utf-8") as file:
            return file.read()
    except Exception as unreadable:
        raise PipelineError(
            f"Cannot read the definition {location}: {str(unreadable).splitlines()[0]} Pass the pipeline.json of one of"
            " the pipeline's run directories."
        ) from unreadable
