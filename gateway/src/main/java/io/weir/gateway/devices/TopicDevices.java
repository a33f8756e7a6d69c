package io.weir.gateway.devices;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The devices on one topic of a source, or of one sender. Owned by {@link Devices}. */
final class TopicDevices {

  /**
   * @param isSender whether the name is that of a sender and not of a topic
   */
  record Key(String source, String name, boolean isSender) {

    /** As records have it, but plain: it is asked for at every message. */
    @Override
    public int hashCode() {
      return (source.hashCode() * 31 + name.hashCode()) * 31 + (isSender ? 1 : 0);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && isSender == key.isSender
          && name.equals(key.name)
          && source.equals(key.source);
    }
  }

  final Key key;
  Expected expected;

  private final Map<Asset, DeviceTopic> byAsset = new HashMap<>(2);

  /** The series that was asked for last, and its device: most topics have one series. */
  private @Nullable Series asked;

  private @Nullable DeviceTopic found;

  TopicDevices(Key key, Expected expected) {
    this.key = key;
    this.expected = expected;
  }

  /** The device whose readings have that series. */
  @SuppressWarnings("ReferenceEquality") // a short cut
  @Nullable DeviceTopic of(Series series) {
    if (asked != series) {
      found = of(Devices.ofMachine(series.asset()));
      asked = found == null ? null : series;
    }
    return found;
  }

  @Nullable DeviceTopic of(Asset asset) {
    return byAsset.get(asset);
  }

  Collection<DeviceTopic> devices() {
    return byAsset.values();
  }

  void add(DeviceTopic device) {
    byAsset.put(device.device.asset, device);
  }

  void remove(DeviceTopic device) {
    byAsset.remove(device.device.asset);
    asked = null;
    found = null;
  }

  boolean isEmpty() {
    return byAsset.isEmpty();
  }
}
