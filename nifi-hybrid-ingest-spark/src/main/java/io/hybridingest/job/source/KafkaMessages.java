package io.hybridingest.job.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_millis;
import static org.apache.spark.sql.functions.when;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.SingleObjectEncoding;
import io.hybridingest.pipeline.Stream;
import io.hybridingest.pipeline.SystemFields;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Makes records of Kafka messages. A message that is none becomes a problem with its coordinates and bytes. */
public final class KafkaMessages {
    private KafkaMessages() {}

    /**
     * Decodes messages.
     *
     * @param messages columns {@code topic}, {@code partition}, {@code offset}, {@code timestamp}, {@code value} of the
     *     Kafka source
     * @return the columns of the wire schema, all nullable, and those of {@link Envelope}
     */
    public static Dataset<Row> decode(Dataset<Row> messages, PipelineDefinition definition) {
        Dataset<Row> enveloped = messages.select(
                col("value"),
                concat_ws("-", col("topic"), col("partition"), col("offset")).as(Envelope.ORIGIN),
                unix_millis(col("timestamp")).as(Envelope.EVENT_MILLIS));
        return definition.stream().encoding() == Stream.Encoding.AVRO
                ? decodeAvro(enveloped, definition.wireSchema())
                : JsonMessages.decode(enveloped, definition.wireSchema());
    }

    private static Dataset<Row> decodeAvro(Dataset<Row> messages, Schema schema) {
        Column body = udf(new SingleObjects(schema), DataTypes.BinaryType).apply(col("value"));
        Column problem = udf(new Problem(schema), DataTypes.StringType).apply(col("value"));
        String expected = SingleObjectEncoding.of(schema).fingerprintHex();
        Column code = col(Envelope.PROBLEM);
        Dataset<Row> encoded = messages.withColumn(Envelope.BODY, body)
                .withColumn(Envelope.PROBLEM, when(col(Envelope.BODY).isNull(), problem))
                .withColumn(Envelope.STAGE, when(col(Envelope.PROBLEM).isNotNull(), lit("decode")))
                .withColumn(
                        Envelope.MESSAGE,
                        when(
                                        code.equalTo(SingleObjects.NOT_PREPARED),
                                        lit("The message does not begin with C3 01: no prepared record"))
                                .when(
                                        code.equalTo(SingleObjects.UNKNOWN_SCHEMA),
                                        lit("The message was written with another schema than the pipeline's, "
                                                + expected))
                                .when(
                                        code.equalTo(SingleObjects.UNDECODABLE),
                                        lit("The bytes after the prefix are no record of the pipeline's schema")))
                .withColumn(Envelope.ORIGINAL, coalesce(col("value"), lit(new byte[0])));
        return AvroBodies.decode(encoded, schema.toString(), SystemFields.INGEST_ID);
    }

    /** Tells what is wrong with a message that has no body. */
    private static final class Problem implements UDF1<byte[], String> {
        private final long fingerprint;

        Problem(Schema schema) {
            fingerprint = SingleObjectEncoding.of(schema).schemaFingerprint();
        }

        @Override
        public String call(byte[] message) {
            if (!SingleObjectEncoding.isSingleObject(message)) {
                return SingleObjects.NOT_PREPARED;
            }
            return new SingleObjectEncoding(fingerprint).matches(message)
                    ? SingleObjects.UNDECODABLE
                    : SingleObjects.UNKNOWN_SCHEMA;
        }
    }
}
