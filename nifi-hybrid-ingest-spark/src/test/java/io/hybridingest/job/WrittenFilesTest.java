package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.ledger.Lane;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the columns of the lanes' files are encoded. */
class WrittenFilesTest {
    private static final String PAGE_ROWS = "parquet.page.row.count.limit";
    private static final int ROWS = 6_000;
    private static final int CUSTOMERS = 50;

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @AfterEach
    void nothingInTheConf() {
        spark.conf().unset(PAGE_ROWS);
    }

    @Test
    void aStreamsPagesAreShortSoThatDictionariesOfWhatIsSeldomTheSameAreGivenUpSoon() throws IOException {
        Map<String, Column> columns = columns(Lane.STREAM);

        assertThat(columns.values()).extracting(Column::pages).containsOnly(3);
        assertThat(columns.get("customer").hasDictionary()).isTrue();
        assertThat(columns.get("_ingest_id").hasDictionary()).isFalse();
        assertThat(spark.conf().contains(PAGE_ROWS))
                .as("a compaction in the same session makes larger files")
                .isFalse();
    }

    @Test
    void theBatchLanesFilesHaveParquetsOwnPages() throws IOException {
        assertThat(columns(Lane.BATCH).values()).extracting(Column::pages).containsOnly(1);
    }

    @Test
    void theConfDecides() throws IOException {
        spark.conf().set(PAGE_ROWS, "1000");

        assertThat(columns(Lane.STREAM).values()).extracting(Column::pages).containsOnly(6);
        assertThat(spark.conf().get(PAGE_ROWS)).isEqualTo("1000");
    }

    /**
     * A column of a file.
     *
     * @param hasDictionary whether all its pages refer to a dictionary
     */
    private record Column(int pages, boolean hasDictionary) {}

    /** The columns of the one file that a lane writes. */
    private Map<String, Column> columns(Lane lane) throws IOException {
        Orders orders = new Orders(home).identity("order_id");
        List<Row> rows = IntStream.range(0, ROWS)
                .mapToObj(id -> LaneWriter.order(id, "customer " + id % CUSTOMERS, id, Orders.START))
                .toList();
        assertThat(new LaneWriter(spark, orders, lane).write(rows)).isEqualTo(ROWS);

        String[] files = spark.read().format("delta").load(orders.table()).inputFiles();
        assertThat(files).hasSize(1);
        Map<String, Column> columns = new HashMap<>();
        try (ParquetFileReader file = ParquetFileReader.open(
                HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(files[0]), new Configuration()))) {
            List<BlockMetaData> blocks = file.getFooter().getBlocks();
            assertThat(blocks).hasSize(1);
            for (ColumnChunkMetaData column : blocks.get(0).getColumns()) {
                columns.put(
                        column.getPath().toDotString(),
                        new Column(file.readOffsetIndex(column).getPageCount(), hasDictionary(column)));
            }
        }
        return columns;
    }

    /** A column that gave up its dictionary has plain values. */
    private static boolean hasDictionary(ColumnChunkMetaData column) {
        return column.hasDictionaryPage() && !column.getEncodings().contains(Encoding.PLAIN);
    }
}
