package io.hybridingest.job.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.job.LocalSpark;
import io.hybridingest.pipeline.Check;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordChecksTest {
    private static final StructType RECORDS = new StructType().add("amount", DataTypes.IntegerType);

    private final SparkSession spark = LocalSpark.session();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            amuont > 0               | amuont
            amount >                 | Syntax error
            amount + 1               | gives int. Write a condition that is true or false
            sum(amount) > 0          | Aggregate is not possible
            explode(array(true))     | Generate is not possible
            amount < rand()          | depends on the clock
            current_date() > '2024-01-01' | depends on the clock
            year(now()) > amount     | depends on the clock
            unix_timestamp() > amount | depends on the clock
            timestamp_seconds(amount) < 'now' | depends on the clock
            cast(' Today ' AS date) > date_from_unix_date(amount) | depends on the clock
            timestamp'now' > timestamp_seconds(amount) | depends on the clock
            date_from_unix_date(amount) < DATE "yesterday" | depends on the clock
            concat(current_user(), amount) = 'a1' | depends on the clock, the session
            cast(current_user() AS date) > date_from_unix_date(amount) | depends on the clock, the session
            """)
    void refusesAConditionThatCannotBeEvaluatedNamingTheCheck(String condition, String message) {
        List<Check> checks = List.of(new Check("positive", condition, Check.Otherwise.QUARANTINE));

        assertThatThrownBy(() -> RecordChecks.validated(spark, checks, RECORDS))
                .isInstanceOf(RefusedQueryException.class)
                .hasMessageStartingWith("Check positive (require: " + condition + ")")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "concat('now', amount) = 'now1'",
                "timestamp_seconds(amount) < '2026-01-01'",
                "cast(amount AS string) <> 'today'"
            })
    void takesAConditionThatOnlyTheRecordDecides(String condition) {
        List<Check> checks = List.of(new Check("fine", condition, Check.Otherwise.QUARANTINE));

        assertThat(RecordChecks.validated(spark, checks, RECORDS).checks()).isEqualTo(checks);
    }
}
