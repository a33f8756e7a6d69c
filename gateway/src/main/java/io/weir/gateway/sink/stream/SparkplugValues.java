package io.weir.gateway.sink.stream;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Value;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;

/** How Sparkplug B says values and their quality. */
public final class SparkplugValues {

  private static final int BAD = 0;

  /** As OPC DA has it; Sparkplug's own codes have none for it, and 500 says stale. */
  private static final int UNCERTAIN = 64;

  private SparkplugValues() {}

  /** The number of a value's datatype. */
  public static int datatype(Value value) {
    if (value instanceof Value.Real) {
      return DataType.Double_VALUE;
    } else if (value instanceof Value.Whole) {
      return DataType.Int64_VALUE;
    } else if (value instanceof Value.Flag) {
      return DataType.Boolean_VALUE;
    }
    return DataType.String_VALUE;
  }

  /** Sets datatype and value. */
  public static void set(Payload.Metric.Builder metric, Value value) {
    metric.setDatatype(datatype(value));
    if (value instanceof Value.Real real) {
      metric.setDoubleValue(real.value());
    } else if (value instanceof Value.Whole whole) {
      metric.setLongValue(whole.value());
    } else if (value instanceof Value.Flag flag) {
      metric.setBooleanValue(flag.value());
    } else if (value instanceof Value.Text text) {
      metric.setStringValue(text.value());
    }
  }

  /** Adds the property {@code Quality} where it is not GOOD: 0 for BAD, 64 for UNCERTAIN. */
  public static void addQuality(Payload.PropertySet.Builder properties, Quality quality) {
    if (quality != Quality.GOOD) {
      properties
          .addKeys("Quality")
          .addValues(
              Payload.PropertyValue.newBuilder()
                  .setType(DataType.Int32_VALUE)
                  .setIntValue(quality == Quality.BAD ? BAD : UNCERTAIN));
    }
  }

  /** Adds a property that is a text. */
  public static void addText(Payload.PropertySet.Builder properties, String key, String text) {
    properties
        .addKeys(key)
        .addValues(
            Payload.PropertyValue.newBuilder().setType(DataType.String_VALUE).setStringValue(text));
  }
}
