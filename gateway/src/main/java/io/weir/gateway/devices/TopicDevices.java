package io.weir.gateway.devices;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Found;
import io.weir.gateway.model.Series;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The devices on one topic of a source, or of one sender. Owned by {@link Devices}. */
final class TopicDevices extends Found.Kept<String> {

  /**
   * @param isSender whether the name is that of a sender and not of a topic
   */
  record Key(String source, String name, boolean isSender) {}

  /** The topics of a source, or its senders, by their names. */
  static final class Group {
    final String source;
    final boolean isOfSenders;
    final Found<String, TopicDevices> members = new Found<>();

    Group(String source, boolean isOfSenders) {
      this.source = source;
      this.isOfSenders = isOfSenders;
    }
  }

  final Group group;

  /** Mostly one. */
  private Map<Asset, DeviceTopic> byAsset = Map.of();

  private Collection<DeviceTopic> devices = List.of();

  /** The series that was asked for last, and its device: most topics have one series. */
  private @Nullable Series asked;

  private @Nullable DeviceTopic found;

  TopicDevices(Group group, String name) {
    super(name);
    this.group = group;
  }

  Key key() {
    return new Key(group.source, name(), group.isOfSenders);
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
    return devices;
  }

  void add(DeviceTopic device) {
    Asset asset = device.device.asset;
    if (byAsset.isEmpty()) {
      byAsset = Map.of(asset, device);
      devices = List.of(device);
      return;
    }
    if (byAsset.size() == 1) {
      byAsset = new HashMap<>(byAsset);
      devices = byAsset.values();
    }
    byAsset.put(asset, device);
  }

  void remove(DeviceTopic device) {
    if (byAsset.size() == 1) {
      byAsset = Map.of();
      devices = List.of();
    } else {
      byAsset.remove(device.device.asset);
    }
    asked = null;
    found = null;
  }

  boolean isEmpty() {
    return devices.isEmpty();
  }
}
