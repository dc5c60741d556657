package io.hybridingest.job.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_millis;
import static org.apache.spark.sql.functions.when;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.Stream;
import io.hybridingest.pipeline.SystemFields;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Makes records of Kafka messages. A message that is none becomes a problem with its coordinates and bytes. */
public final class KafkaMessages {
    private static final String REFUSED = "__refused";
    private static final StructType PROBLEM =
            new StructType().add("code", DataTypes.StringType).add("message", DataTypes.StringType);

    private KafkaMessages() {}

    /**
     * Decodes messages.
     *
     * @param messages columns {@code topic}, {@code partition}, {@code offset}, {@code timestamp}, {@code value} of the
     *     Kafka source
     * @param schemas the present wire schema and those before it
     * @return the columns of the wire schema, all nullable, and those of {@link Envelope}
     */
    public static Dataset<Row> decode(Dataset<Row> messages, PipelineDefinition definition, WriterSchemas schemas) {
        Dataset<Row> enveloped = messages.select(
                col("value"),
                concat_ws("-", col("topic"), col("partition"), col("offset")).as(Envelope.ORIGIN),
                unix_millis(col("timestamp")).as(Envelope.EVENT_MILLIS));
        return decodeEnveloped(enveloped, definition, schemas);
    }

    /**
     * Decodes messages that were kept.
     *
     * @param enveloped columns {@code value}, {@link Envelope#ORIGIN} and {@link Envelope#EVENT_MILLIS}
     */
    public static Dataset<Row> decodeEnveloped(
            Dataset<Row> enveloped, PipelineDefinition definition, WriterSchemas schemas) {
        return definition.stream().encoding() == Stream.Encoding.AVRO
                ? decodeAvro(enveloped, schemas)
                : JsonMessages.decode(enveloped, definition.wireSchema());
    }

    private static Dataset<Row> decodeAvro(Dataset<Row> messages, WriterSchemas schemas) {
        SingleObjects bodies = new SingleObjects(schemas);
        SingleObjects refused = new SingleObjects(schemas);
        Column body =
                udf((UDF1<byte[], byte[]>) bodies::body, DataTypes.BinaryType).apply(col("value"));
        Column problem = udf((UDF1<byte[], Row>) message -> row(refused.problem(message)), PROBLEM)
                .apply(col("value"));
        Dataset<Row> encoded = messages.withColumn(Envelope.BODY, body)
                .withColumn(REFUSED, when(col(Envelope.BODY).isNull(), problem))
                .withColumn(Envelope.PROBLEM, col(REFUSED).getField("code"))
                .withColumn(Envelope.STAGE, when(col(Envelope.PROBLEM).isNotNull(), lit("decode")))
                .withColumn(Envelope.MESSAGE, col(REFUSED).getField("message"))
                .withColumn(Envelope.ORIGINAL, coalesce(col("value"), lit(new byte[0])));
        return AvroBodies.decode(encoded, schemas.expected().toString(), SystemFields.INGEST_ID);
    }

    private static Row row(SingleObjects.Problem problem) {
        return problem == null ? null : RowFactory.create(problem.code(), problem.message());
    }
}
