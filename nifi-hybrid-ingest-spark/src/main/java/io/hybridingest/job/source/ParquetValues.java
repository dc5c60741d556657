package io.hybridingest.job.source;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.spark.sql.Row;

/** A Parquet file, whatever wrote it. */
final class ParquetValues extends FileValues {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);

    private final Path path;
    private final Configuration hadoop;
    private ParquetReader<Group> reader;
    private long record;

    ParquetValues(Path path, Configuration hadoop) {
        super(path, hadoop);
        this.path = path;
        this.hadoop = hadoop;
    }

    @Override
    Row read() throws IOException {
        if (reader == null) {
            reader = ParquetReader.builder(new GroupReadSupport(), path)
                    .withConf(hadoop)
                    .build();
        }
        Optional<Group> group = Optional.ofNullable(reader.read());
        return group.isEmpty() ? null : value(MAPPER.writeValueAsBytes(ParquetJson.object(group.get())), record++);
    }

    @Override
    public void close() {
        if (reader != null) {
            FileContent.closeQuietly(reader);
        }
    }
}
