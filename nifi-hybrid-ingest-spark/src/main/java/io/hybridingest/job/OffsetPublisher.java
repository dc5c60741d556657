package io.hybridingest.job;

import io.hybridingest.job.ledger.SourceOffsets;
import io.hybridingest.job.source.KafkaTopic;
import java.util.SortedMap;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StreamingQueryListener;

/** Publishes how far the table is after every micro-batch, as an ordinary consumer group with the pipeline's name. */
final class OffsetPublisher extends StreamingQueryListener {
    private final KafkaTopic topic;
    private final String group;

    OffsetPublisher(KafkaTopic topic, String group) {
        this.topic = topic;
        this.group = group;
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        // Nothing is in the table yet.
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        for (SourceProgress source : event.progress().sources()) {
            SortedMap<String, SortedMap<Integer, Long>> ends = SourceOffsets.parse(source.endOffset());
            if (!ends.isEmpty()) {
                topic.publish(group, ends);
            }
        }
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        // The group stays as it is.
    }
}
