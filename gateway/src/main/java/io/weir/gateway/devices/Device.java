package io.weir.gateway.devices;

import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A machine, or what goes by its topic or as a sender, with its topics. Owned by {@link Devices}.
 */
final class Device {

  /** Two are the same device: a machine by its asset, others by source and name. */
  record Key(Asset machine, String source, String name) {

    static Key of(Asset asset, String source, String name) {
      return asset.machine() == null ? new Key(Asset.NONE, source, name) : new Key(asset, "", "");
    }
  }

  final Key key;
  final Asset asset;
  final List<DeviceTopic> topics = new ArrayList<>(1);
  String source;
  long heardNs;
  long missing;
  long estimated;
  long gapNs;
  boolean silent;

  Device(Key key, Asset asset, String source) {
    this.key = key;
    this.asset = asset;
    this.source = source;
  }

  void heard(String by, long nowNs) {
    source = by;
    heardNs = nowNs;
    silent = false;
  }

  /** When any of its topics was heard last, on the clock of elapsed time. */
  long heardElapsedNs() {
    long latest = Long.MIN_VALUE;
    for (DeviceTopic topic : topics) {
      latest = Math.max(latest, topic.heardElapsedNs);
    }
    return latest;
  }

  /** How long it may be silent: as long as the most frequent of its topics. 0 if not known. */
  long silentAfterNs() {
    return least(DeviceTopic::silentAfterNs);
  }

  private long periodNs() {
    return least(DeviceTopic::periodNs);
  }

  private long least(ToLongFunction<DeviceTopic> of) {
    long least = 0;
    for (DeviceTopic topic : topics) {
      long each = of.applyAsLong(topic);
      least = each > 0 && (least == 0 || each < least) ? each : least;
    }
    return least;
  }

  DeviceStatus status() {
    return new DeviceStatus(
        source,
        asset,
        key.name(),
        heardNs,
        periodNs(),
        silentAfterNs(),
        silent,
        missing,
        estimated,
        gapNs);
  }
}
