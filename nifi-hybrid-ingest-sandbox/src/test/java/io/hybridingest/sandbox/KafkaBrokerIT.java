package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerIT {
    @Test
    void acknowledgedRecordsSurviveAKilledBrokerAtTheSameAddress(@TempDir Path directory) throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            String address = broker.bootstrapServers();
            broker.createTopic("letters", 1);
            sendInTransaction(broker, "a", "b");

            long firstPid = broker.pid();
            broker.kill();
            assertThat(broker.isAlive()).isFalse();
            broker.restart();

            assertThat(broker.pid()).isNotEqualTo(firstPid);
            assertThat(broker.bootstrapServers()).isEqualTo(address);
            sendInTransaction(broker, "c");
            assertThat(readAll(broker, 3)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void closingLeavesNoProcessAndNoRecordOfOne(@TempDir Path directory) {
        KafkaBroker broker = KafkaBroker.start(directory);
        long pid = broker.pid();
        assertThat(ProcessRecord.readAll(directory.resolve("run")))
                .extracting(ProcessRecord::pid)
                .containsExactly(pid);

        broker.close();

        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(ProcessRecord.readAll(directory.resolve("run"))).isEmpty();
    }

    private static void sendInTransaction(KafkaBroker broker, String... values) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "one");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (String value : values) {
                producer.send(new ProducerRecord<>("letters", value)).get(30, TimeUnit.SECONDS);
            }
            producer.commitTransaction();
        }
    }

    private static List<String> readAll(KafkaBroker broker, int count) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("letters", 0)));
            Waiting.until(count + " records", Duration.ofSeconds(30), () -> {
                for (ConsumerRecord<String, String> consumed : consumer.poll(Duration.ofMillis(500))) {
                    values.add(consumed.value());
                }
                return values.size() >= count;
            });
        }
        return values;
    }
}
