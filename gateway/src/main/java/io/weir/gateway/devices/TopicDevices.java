package io.weir.gateway.devices;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Found;
import io.weir.gateway.model.Series;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The devices on one topic of a source, or of one sender. Owned by {@link Devices}. */
final class TopicDevices extends Found.Kept<String> {

  /**
   * @param isSender whether the name is that of a sender and not of a topic
   */
  record Key(String source, String name, boolean isSender) {}

  final Key key;

  private final Map<Asset, DeviceTopic> byAsset = new HashMap<>(2);

  /** The series that was asked for last, and its device: most topics have one series. */
  private @Nullable Series asked;

  private @Nullable DeviceTopic found;

  TopicDevices(Key key) {
    super(key.name());
    this.key = key;
  }

  /** The device whose readings have that series, if it was asked for last: a short cut. */
  @SuppressWarnings("ReferenceEquality")
  @Nullable DeviceTopic last(Series series) {
    return asked == series ? found : null;
  }

  /** The device whose readings have that series. */
  @Nullable DeviceTopic of(Series series) {
    found = of(Devices.ofMachine(series.asset()));
    asked = found == null ? null : series;
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
