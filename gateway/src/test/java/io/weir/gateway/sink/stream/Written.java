package io.weir.gateway.sink.stream;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Row;
import io.weir.gateway.sink.StreamSink;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A row of a press, for a format. */
public record Written(Row row, Series series, Quality quality) implements StreamSink.Entry {

  public static final long TIME_NS = 1_772_344_800_125_000_001L;

  public static final List<Row.Field> ALL_TYPES =
      List.of(
          new Row.Field("temperature", new Value.Real(71.5)),
          new Row.Field("round", new Value.Real(3)),
          new Row.Field("tiny", new Value.Real(-1.25e-300)),
          new Row.Field("count", new Value.Whole(Long.MIN_VALUE)),
          new Row.Field("most", new Value.Whole(Long.MAX_VALUE)),
          new Row.Field("running", new Value.Flag(true)),
          new Row.Field("état \"x\"", new Value.Text("läuft\n压机 😀")));

  public static Written press(Quality quality, Map<String, String> tags, List<Row.Field> fields) {
    Asset asset = new Asset("plant-a", null, "line-1", "press-02");
    return new Written(
        new Row("telemetry", List.of(), fields, TIME_NS, null),
        new Series("telemetry", asset, new TreeMap<>(tags)),
        quality);
  }

  public static Written at(long timeNs) {
    Written other = of(Asset.NONE, "telemetry");
    return new Written(
        new Row("telemetry", List.of(), ALL_TYPES, timeNs, null), other.series(), other.quality());
  }

  public static Written of(Asset asset, String measurement) {
    return new Written(
        new Row(measurement, List.of(), ALL_TYPES, TIME_NS, null),
        new Series(measurement, asset, Map.of()),
        Quality.GOOD);
  }

  @Override
  public @Nullable String reason() {
    return null;
  }

  @Override
  public String line() {
    return "a line";
  }

  @Override
  public long offset() {
    return 81_723;
  }

  @Override
  public int index() {
    return 0;
  }

  @Override
  public String topic() {
    return "factory/press-02";
  }

  @Override
  public long receiveTimeNs() {
    return TIME_NS + 1;
  }
}
