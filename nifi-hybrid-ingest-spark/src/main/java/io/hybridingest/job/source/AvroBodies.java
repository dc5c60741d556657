package io.hybridingest.job.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.avro.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Decodes Avro bodies, in one place for both lanes. */
public final class AvroBodies {
    private static final String RECORD = "__record";

    private AvroBodies() {}

    /**
     * Columns that records of an Avro schema have in Spark, all nullable.
     *
     * @param schemaJson an Avro record schema; JSON, as Spark has an Avro of its own
     */
    public static StructType columns(SparkSession spark, String schemaJson) {
        Column nothing = fromAvro(lit(null).cast(DataTypes.BinaryType), schemaJson);
        return (StructType) spark.range(0).select(nothing).schema().fields()[0].dataType();
    }

    /**
     * Decodes what {@link Envelope#ENCODED} describes.
     *
     * @param required field that every record has, so that a null tells of an undecodable body
     */
    static Dataset<Row> decode(Dataset<Row> encoded, String schemaJson, String required) {
        Column undecodable = col(Envelope.PROBLEM)
                .isNull()
                .and(col(RECORD).getField(required).isNull());
        Column problem = when(undecodable, lit(SingleObjects.UNDECODABLE)).otherwise(col(Envelope.PROBLEM));
        List<Column> columns = new ArrayList<>(List.of(
                col(RECORD + ".*"),
                col(Envelope.ORIGIN),
                when(undecodable, lit("decode")).otherwise(col(Envelope.STAGE)).as(Envelope.STAGE),
                problem.as(Envelope.PROBLEM),
                when(undecodable, lit("The bytes are no record of the schema"))
                        .otherwise(col(Envelope.MESSAGE))
                        .as(Envelope.MESSAGE),
                when(problem.isNotNull(), coalesce(col(Envelope.ORIGINAL), col(Envelope.BODY), lit(new byte[0])))
                        .as(Envelope.ORIGINAL),
                col(Envelope.EVENT_MILLIS)));
        return encoded.withColumn(RECORD, record(encoded.sparkSession(), col(Envelope.BODY), schemaJson))
                .select(columns.toArray(Column[]::new));
    }

    private static Column record(SparkSession spark, Column body, String schemaJson) {
        return FlatBodies.record(body, new Schema.Parser().parse(schemaJson), columns(spark, schemaJson))
                .orElseGet(() -> fromAvro(body, schemaJson));
    }

    private static Column fromAvro(Column body, String schemaJson) {
        return functions.from_avro(body, schemaJson, Map.of("mode", "PERMISSIVE"));
    }
}
