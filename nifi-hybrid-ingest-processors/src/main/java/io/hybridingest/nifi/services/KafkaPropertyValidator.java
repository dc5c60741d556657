package io.hybridingest.nifi.services;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

/** Checks a Kafka client property as Kafka itself would, before anything starts. */
final class KafkaPropertyValidator implements Validator {
    private static final String BY_PROPERTY = "remove it and set the property '%s' instead";

    private static final String BY_PUBLISHER = "remove it: PublishKafkaStream decides it, because delivery rests on it";

    private static final String BY_CLIENTS = "remove it: each client of the cluster decides it";

    private static final Map<String, String> RESERVED = Map.ofEntries(
            Map.entry("bootstrap.servers", BY_PROPERTY.formatted("Bootstrap Servers")),
            Map.entry("security.protocol", BY_PROPERTY.formatted("Security Protocol")),
            Map.entry("acks", BY_PUBLISHER),
            Map.entry("enable.idempotence", BY_PUBLISHER),
            Map.entry("transactional.id", BY_PUBLISHER),
            Map.entry("compression.type", "remove it and set the property 'Compression' of PublishKafkaStream instead"),
            Map.entry("client.id", BY_CLIENTS),
            Map.entry("group.id", BY_CLIENTS),
            Map.entry("enable.auto.commit", BY_CLIENTS),
            Map.entry("auto.offset.reset", BY_CLIENTS),
            Map.entry("interceptor.classes", "remove it: the Spark job's source takes no interceptors"),
            Map.entry("isolation.level", BY_CLIENTS),
            Map.entry("key.serializer", BY_CLIENTS),
            Map.entry("value.serializer", BY_CLIENTS),
            Map.entry("key.deserializer", BY_CLIENTS),
            Map.entry("value.deserializer", BY_CLIENTS));

    @Override
    public ValidationResult validate(String subject, String input, ValidationContext context) {
        // A secret is taken as it is typed: what looks like an expression in it is part of it.
        String value = context.isExpressionLanguageSupported(subject)
                ? context.newPropertyValue(input).evaluateAttributeExpressions().getValue()
                : input;
        Optional<String> fault = fault(subject, value);
        return new ValidationResult.Builder()
                .subject(subject)
                .valid(fault.isEmpty())
                .explanation(fault.orElse("Kafka knows the property"))
                .build();
    }

    private static Optional<String> fault(String name, String value) {
        if (RESERVED.containsKey(name)) {
            return Optional.of("'" + name + "' is not free: " + RESERVED.get(name));
        }
        Optional<ConfigDef.ConfigKey> key = key(name);
        if (key.isEmpty()) {
            return Optional.of(
                    "'" + name + "' is no property of Kafka's producer, consumer or admin client: correct the name, "
                            + "such as max.request.size, or remove it");
        }
        try {
            Object parsed = ConfigDef.parseType(name, value, key.get().type());
            if (key.get().validator != null) {
                key.get().validator.ensureValid(name, parsed);
            }
            return Optional.empty();
        } catch (ConfigException e) {
            return Optional.of("Kafka does not take this value. " + wanted(key.get()));
        }
    }

    /** Whether a value of this name must not be shown: Kafka says so, or the name does. */
    static boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Stream.of("password", "secret", "jaas").anyMatch(lower::contains)
                || key(name)
                        .filter(known -> known.type() == ConfigDef.Type.PASSWORD)
                        .isPresent();
    }

    private static Optional<ConfigDef.ConfigKey> key(String name) {
        return Stream.of(ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef())
                .map(definition -> definition.configKeys().get(name))
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Kafka's own message repeats the value, which may be a secret. */
    private static String wanted(ConfigDef.ConfigKey key) {
        String range = key.validator == null ? "" : " " + key.validator;
        return "Write a value of type " + key.type() + range;
    }
}
