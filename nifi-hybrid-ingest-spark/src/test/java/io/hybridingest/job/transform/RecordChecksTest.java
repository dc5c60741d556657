package io.hybridingest.job.transform;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.job.LocalSpark;
import io.hybridingest.pipeline.Check;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
            amount < rand()          | depends on the clock or on chance
            current_date() > '2024-01-01' | depends on the clock or on chance
            year(now()) > amount     | depends on the clock or on chance
            unix_timestamp() > amount | depends on the clock or on chance
            """)
    void refusesAConditionThatCannotBeEvaluatedNamingTheCheck(String condition, String message) {
        List<Check> checks = List.of(new Check("positive", condition, Check.Otherwise.QUARANTINE));

        assertThatThrownBy(() -> RecordChecks.validated(spark, checks, RECORDS))
                .isInstanceOf(RefusedQueryException.class)
                .hasMessageStartingWith("Check positive (require: " + condition + ")")
                .hasMessageContaining(message);
    }
}
