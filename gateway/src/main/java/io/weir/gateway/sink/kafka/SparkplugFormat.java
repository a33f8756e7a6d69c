package io.weir.gateway.sink.kafka;

import io.weir.gateway.model.Quality;
import io.weir.gateway.sink.Row;
import io.weir.gateway.sink.StreamSink.Entry;
import io.weir.gateway.sink.stream.SparkplugValues;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;

/**
 * A row as a payload of Sparkplug B: a metric for each field, by its name, with datatype and time.
 * It has no {@code seq}, which counts the messages of an edge node's session.
 */
record SparkplugFormat() implements EntryFormat {

  @Override
  public String name() {
    return "sparkplug";
  }

  @Override
  public byte[] value(Entry entry) {
    long timeMs = Math.floorDiv(entry.row().timeNs(), 1_000_000L);
    Payload.Builder payload = Payload.newBuilder().setTimestamp(timeMs);
    for (Row.Field field : entry.row().fields()) {
      payload.addMetrics(metric(field, timeMs, entry.quality()));
    }
    return payload.build().toByteArray();
  }

  private static Payload.Metric metric(Row.Field field, long timeMs, Quality quality) {
    Payload.Metric.Builder metric =
        Payload.Metric.newBuilder().setName(field.key()).setTimestamp(timeMs);
    SparkplugValues.set(metric, field.value());
    Payload.PropertySet.Builder properties = Payload.PropertySet.newBuilder();
    SparkplugValues.addQuality(properties, quality);
    if (properties.getKeysCount() > 0) {
      metric.setProperties(properties);
    }
    return metric.build();
  }
}
