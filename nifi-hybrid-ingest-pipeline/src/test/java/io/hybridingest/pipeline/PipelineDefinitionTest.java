package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class PipelineDefinitionTest {
    private final PipelineDefinition payments = PipelineDefinition.fromYaml(Definitions.payments());

    @Test
    void readsEverySectionOfTheDesignsExample() {
        assertThat(payments.name()).isEqualTo("payments");
        assertThat(payments.schema().getFields().stream().map(Schema.Field::name))
                .containsExactly("payment_id", "account", "amount", "currency", "paid_at", "card");
        assertThat(payments.schema().getField("card").schema().getTypes().get(0).getType())
                .isEqualTo(Schema.Type.NULL);
        assertThat(payments.identity()).isEqualTo(new Identity.Fields(List.of("payment_id")));
        assertThat(payments.eventTime())
                .isEqualTo(new EventTime("paid_at", Duration.ofMinutes(15), Duration.ofMinutes(5)));
        assertThat(payments.prepare())
                .isEqualTo(new Prepare(
                        Map.of("acct", "account"),
                        Map.of("currency", "EUR"),
                        Prepare.Normalise.defaults(),
                        Map.of("card", Prepare.Mask.KEEP_LAST_4),
                        List.of("debug"),
                        Prepare.UnknownFields.RESCUE));
        assertThat(payments.checks())
                .containsExactly(new Check("positive-amount", "amount > 0", Check.Otherwise.QUARANTINE));
        assertThat(payments.transform()).isEqualTo("SELECT *, date(paid_at) AS day FROM input");
        assertThat(payments.stream())
                .isEqualTo(new Stream(
                        "payments", Stream.Encoding.AVRO, Duration.ofSeconds(5), 500_000, Stream.WhenLagging.DIVERT));
        assertThat(payments.batch()).isEqualTo(new Batch("/data/landing/payments", Duration.ofHours(1)));
        assertThat(payments.table())
                .isEqualTo(new Table(
                        "/data/tables/payments",
                        "/data/tables/payments_quarantine",
                        Table.Write.APPEND,
                        List.of("day"),
                        null));
    }

    @Test
    void readsItsOwnJson() {
        assertThat(PipelineDefinition.fromJson(payments.toJson())).isEqualTo(payments);
        assertThat(PipelineDefinition.fromJson(payments.toJson()).toJson()).isEqualTo(payments.toJson());
    }

    @Test
    void readsAWholeNumberInQuotesAsAParameterInQuotesBecomes() {
        String yaml = Definitions.SMALLEST + "stream: {max-lag: ' 0750 '}\n";
        assertThat(PipelineDefinition.fromYaml(yaml).stream().maxLag()).isEqualTo(750);
    }

    @Test
    void wireSchemaKeepsTheFieldsInOrderAndAddsTheSystemFields() {
        Schema wire = payments.wireSchema();
        assertThat(wire.getFullName()).isEqualTo("PaymentPrepared");
        assertThat(wire.getFields().stream().map(Schema.Field::name))
                .containsExactly(
                        "payment_id",
                        "account",
                        "amount",
                        "currency",
                        "paid_at",
                        "card",
                        "_ingest_id",
                        "_source",
                        "_rescued");
        assertThat(wire.getField("amount").schema())
                .isEqualTo(payments.schema().getField("amount").schema());
        assertThat(new Schema.Parser().parse(wire.toString())).isEqualTo(wire);
    }

    @Test
    void refusesTextThatIsNotJson() {
        assertThatThrownBy(() -> PipelineDefinition.fromJson("{\"pipeline\": "))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("the text is not JSON");
    }
}
