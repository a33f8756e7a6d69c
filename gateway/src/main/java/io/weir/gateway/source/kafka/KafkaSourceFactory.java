package io.weir.gateway.source.kafka;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The source {@code kafka}. */
public final class KafkaSourceFactory implements SourceFactory<KafkaSourceConfig> {

  static final String NAME = "kafka";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "topics of Apache Kafka, as a member of a consumer group";
  }

  @Override
  public Class<KafkaSourceConfig> configType() {
    return KafkaSourceConfig.class;
  }

  @Override
  public KafkaSourceConfig read(Section section, ReadContext context) {
    return KafkaSourceReader.read(section, context);
  }

  @Override
  public Source open(KafkaSourceConfig config, SourceContext context) {
    return new KafkaSource(config, context.inbox(), context.time(), context.meters(), CONSUMERS);
  }

  /** Makes the client of each connection. */
  static final Function<KafkaSourceConfig, Consumer<byte[], byte[]>> CONSUMERS =
      config -> {
        try {
          return new KafkaConsumer<>(
              ConsumerProperties.of(config),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      };
}
