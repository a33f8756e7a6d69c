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

  private static final long NOT_SILENT = -1;

  final Key key;
  final Asset asset;
  final List<DeviceTopic> topics = new ArrayList<>(1);
  long missing;
  long estimated;
  long gapNs;

  /** Whether it is to be looked at before its time. */
  private boolean due = true;

  /** When it is to be looked at, on the clock of elapsed time. */
  private long lookAtNs;

  /** The last message when it was found silent. A message on any of its topics ends that. */
  private long silentTurn = NOT_SILENT;

  Device(Key key, Asset asset) {
    this.key = key;
    this.asset = asset;
  }

  /** It is looked at the next time that all are. */
  void due() {
    due = true;
  }

  boolean isDue(long elapsedNs) {
    return due || elapsedNs - lookAtNs >= 0;
  }

  void lookAt(long elapsedAtNs) {
    due = false;
    lookAtNs = elapsedAtNs;
  }

  void silent(long turn) {
    silentTurn = turn;
  }

  void notSilent() {
    silentTurn = NOT_SILENT;
  }

  boolean isSilent() {
    return silentTurn >= latest().turn;
  }

  /** The source that it was heard on last. */
  String source() {
    return latest().on.group.source;
  }

  /** When its last message arrived. */
  long heardNs() {
    return latest().arrivedNs;
  }

  /** The topic that was heard last; where none was since the start, the one that arrived last. */
  private DeviceTopic latest() {
    DeviceTopic latest = topics.get(0);
    for (int i = 1; i < topics.size(); i++) {
      DeviceTopic topic = topics.get(i);
      boolean isLater =
          topic.turn == latest.turn ? topic.arrivedNs > latest.arrivedNs : topic.turn > latest.turn;
      latest = isLater ? topic : latest;
    }
    return latest;
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

  /** How long it neither becomes silent nor loses a number for certain, if nothing comes. */
  long nothingDueForNs(long elapsedNs) {
    for (DeviceTopic topic : topics) {
      if (topic.numbering != null && topic.numbering.isAwaited()) {
        return 0;
      }
    }
    long allowed = silentAfterNs();
    long left = allowed - (elapsedNs - heardElapsedNs());
    return allowed == 0 ? Long.MAX_VALUE : Math.max(0, left);
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
        source(),
        asset,
        key.name(),
        heardNs(),
        periodNs(),
        silentAfterNs(),
        isSilent(),
        missing,
        estimated,
        gapNs);
  }
}
