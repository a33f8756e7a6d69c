package io.weir.gateway.sink.kafka;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Row;
import io.weir.gateway.sink.StreamSink.Entry;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;

/**
 * A row as a payload of Sparkplug B: a metric for each field, by its name, with datatype and time.
 * It has no {@code seq}, which counts the messages of an edge node's session. A metric that is not
 * GOOD has the property {@code Quality}: 0 for BAD, 500 for UNCERTAIN, as Ignition writes it.
 */
record SparkplugFormat() implements EntryFormat {

  private static final int BAD = 0;
  private static final int UNCERTAIN = 500;

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
    if (field.value() instanceof Value.Real real) {
      metric.setDatatype(DataType.Double_VALUE).setDoubleValue(real.value());
    } else if (field.value() instanceof Value.Whole whole) {
      metric.setDatatype(DataType.Int64_VALUE).setLongValue(whole.value());
    } else if (field.value() instanceof Value.Flag flag) {
      metric.setDatatype(DataType.Boolean_VALUE).setBooleanValue(flag.value());
    } else if (field.value() instanceof Value.Text text) {
      metric.setDatatype(DataType.String_VALUE).setStringValue(text.value());
    }
    if (quality != Quality.GOOD) {
      metric.setProperties(
          Payload.PropertySet.newBuilder()
              .addKeys("Quality")
              .addValues(
                  Payload.PropertyValue.newBuilder()
                      .setType(DataType.Int32_VALUE)
                      .setIntValue(quality == Quality.BAD ? BAD : UNCERTAIN)));
    }
    return metric.build();
  }
}
