package io.hybridingest.bench.publish;

import io.hybridingest.kafka.RecordReading;
import org.apache.avro.Schema;
import org.apache.nifi.json.JsonTreeReader;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/**
 * NiFi's own JSON reader, told the schema, but for times: those it would try to read as numbers first, with an exception for
 * each text.
 */
final class JsonReading {
    private JsonReading() {}

    static RecordReading of(Schema schema) {
        TestRunner runner = TestRunners.newTestRunner(new Idle());
        JsonTreeReader reader = new JsonTreeReader();
        try {
            runner.addControllerService("reader", reader);
        } catch (InitializationException e) {
            throw new IllegalStateException(e);
        }
        runner.setProperty(reader, "schema-access-strategy", "schema-text-property");
        runner.setProperty(reader, "schema-text", withoutTimes(schema));
        runner.enableControllerService(reader);
        return new RecordReading(reader, new MockComponentLog("bench", reader));
    }

    private static String withoutTimes(Schema schema) {
        return schema.toString().replaceAll("\\{[^{}]*\"logicalType\":\"timestamp-micros\"\\}", "\"string\"");
    }

    /** The mock framework configures services for a processor only. */
    private static final class Idle extends AbstractProcessor {
        @Override
        public void onTrigger(ProcessContext context, ProcessSession session) {
            // Never triggered.
        }
    }
}
