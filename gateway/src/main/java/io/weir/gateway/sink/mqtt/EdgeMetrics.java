package io.weir.gateway.sink.mqtt;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Row;
import io.weir.gateway.sink.StreamSink.Entry;
import io.weir.gateway.sink.stream.SparkplugValues;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of an edge node as its births say them: by device, each with name, alias, datatype
 * and last value. Used under the lock of the edge node.
 */
final class EdgeMetrics {

  /** Measurement of what has no other name. */
  private static final String USUAL = "telemetry";

  /** Device of what has no asset. */
  private static final String NO_ASSET = "gateway";

  private final Map<String, Device> devices = new LinkedHashMap<>();
  private final Map<Asset, Device> byAsset = new HashMap<>();
  private long lastAlias;

  /** A metric, as it was born. */
  private static final class Metric {
    final long alias;
    int datatype;
    @Nullable Value value;
    Quality quality = Quality.GOOD;
    long timeMs = Long.MIN_VALUE;

    Metric(long alias, int datatype) {
      this.alias = alias;
      this.datatype = datatype;
    }
  }

  /** A device: an asset. */
  static final class Device {
    final String id;
    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    /** Whether the host knows it as it is. */
    boolean born;

    /** Whether it was said to be dead, and nothing has come from it since. */
    private boolean dead;

    private long saidNs;

    Device(String id) {
      this.id = id;
    }
  }

  /** All devices that anything came from, but the dead. */
  List<Device> devices() {
    return devices.values().stream().filter(each -> !each.dead).toList();
  }

  /**
   * Those that have said nothing for too long; they are dead from now on, until something comes.
   *
   * @param beforeNs the latest time on the clock of {@link #alive} that is too long ago
   */
  List<Device> died(long beforeNs) {
    List<Device> died =
        devices().stream().filter(each -> each.saidNs - beforeNs <= 0 && each.born).toList();
    died.forEach(
        each -> {
          each.dead = true;
          each.born = false;
        });
    return died;
  }

  /** Nobody knows any of them any more. */
  void forgetBirths() {
    devices.values().forEach(each -> each.born = false);
  }

  /** The device of an entry; not born where a metric of it is new, or has another type. */
  Device deviceOf(Entry entry) {
    Asset asset = entry.series().asset();
    Device device = byAsset.get(asset);
    if (device == null) {
      device = new Device(newId(asset));
      byAsset.put(asset, device);
      devices.put(device.id, device);
    }
    for (Row.Field field : entry.row().fields()) {
      int datatype = SparkplugValues.datatype(field.value());
      String name = name(entry.series(), field.key());
      Metric metric = device.metrics.get(name);
      if (metric == null) {
        device.metrics.put(name, new Metric(++lastAlias, datatype));
        device.born = false;
      } else if (metric.datatype != datatype) {
        metric.datatype = datatype;
        metric.value = null;
        device.born = false;
      }
    }
    return device;
  }

  /**
   * That of its path. Where another device has that, the gap of the level that it lacks tells it
   * apart, else a number.
   */
  private String newId(Asset asset) {
    String id = id(asset.path());
    if (devices.containsKey(id)) {
      id = id(asset.place());
    }
    for (int number = 2; devices.containsKey(id); number++) {
      id = id(asset.place()) + "~" + number;
    }
    return id;
  }

  /** The path of an asset, in one level of a topic. */
  private static String id(String path) {
    return path.isEmpty() ? NO_ASSET : path.replace('/', ':').replaceAll("[+#\\p{Cc}]", "_");
  }

  /** Figures of minutes and of shifts are different metrics. */
  static String name(Series series, String metric) {
    String bucket = series.tags().get("bucket");
    return (series.measurement().equals(USUAL) ? "" : series.measurement() + "/")
        + (bucket == null ? "" : bucket + "/")
        + metric;
  }

  /** All metrics of a device, by name and alias, with the last value. */
  Payload.Builder birth(Device device, long timeMs) {
    Payload.Builder payload = Payload.newBuilder().setTimestamp(timeMs);
    device.metrics.forEach(
        (name, metric) -> {
          Payload.Metric.Builder born =
              Payload.Metric.newBuilder().setName(name).setAlias(metric.alias);
          Value value = metric.value;
          if (value == null) {
            born.setTimestamp(timeMs).setDatatype(metric.datatype).setIsNull(true);
          } else {
            born.setTimestamp(metric.timeMs);
            SparkplugValues.set(born, value);
          }
          Payload.PropertySet.Builder properties = Payload.PropertySet.newBuilder();
          SparkplugValues.addQuality(properties, metric.quality);
          if (properties.getKeysCount() > 0) {
            born.setProperties(properties);
          }
          payload.addMetrics(born);
        });
    return payload;
  }

  /** The metrics of an entry, by alias. */
  Payload.Builder data(Device device, Entry entry, boolean historical) {
    long timeMs = Math.floorDiv(entry.row().timeNs(), 1_000_000L);
    Payload.Builder payload = Payload.newBuilder();
    for (Row.Field field : entry.row().fields()) {
      Metric metric = known(device, entry, field);
      Payload.Metric.Builder data =
          Payload.Metric.newBuilder().setAlias(metric.alias).setTimestamp(timeMs);
      SparkplugValues.set(data, field.value());
      if (historical) {
        data.setIsHistorical(true);
      }
      Payload.PropertySet.Builder properties = Payload.PropertySet.newBuilder();
      SparkplugValues.addQuality(properties, entry.quality());
      entry
          .series()
          .tags()
          .forEach(
              (key, text) -> {
                if (!key.equals("bucket")) {
                  SparkplugValues.addText(properties, key, text);
                }
              });
      if (properties.getKeysCount() > 0) {
        data.setProperties(properties);
      }
      payload.addMetrics(data);
    }
    return payload;
  }

  /** Something comes from a device: it lives. */
  void alive(Device device, long nowNs) {
    device.dead = false;
    device.saidNs = nowNs;
  }

  /** The values of an entry are sent: births have them from now on, unless newer ones. */
  void sent(Device device, Entry entry) {
    long timeMs = Math.floorDiv(entry.row().timeNs(), 1_000_000L);
    for (Row.Field field : entry.row().fields()) {
      Metric metric = known(device, entry, field);
      if (timeMs >= metric.timeMs) {
        metric.timeMs = timeMs;
        metric.value = field.value();
        metric.quality = entry.quality();
      }
    }
  }

  private static Metric known(Device device, Entry entry, Row.Field field) {
    Metric metric = device.metrics.get(name(entry.series(), field.key()));
    if (metric == null) {
      throw new IllegalStateException("a metric that deviceOf does not know");
    }
    return metric;
  }
}
