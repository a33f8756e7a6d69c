package io.weir.gateway.sink.kafka;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;

/** The sink {@code kafka}. */
public final class KafkaFactory implements SinkFactory<KafkaConfig> {

  static final String NAME = "kafka";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "topics of Apache Kafka";
  }

  @Override
  public Class<KafkaConfig> configType() {
    return KafkaConfig.class;
  }

  @Override
  public KafkaConfig read(Section section, ReadContext context) {
    return KafkaReader.read(section, context);
  }

  @Override
  public Sink open(KafkaConfig config, SinkContext context) {
    return new KafkaSink(config, context);
  }

  @Override
  public Sink.Answer ask(KafkaConfig config) {
    return new ClusterQuestions(config).wouldTake();
  }
}
