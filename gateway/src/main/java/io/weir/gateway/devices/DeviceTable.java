package io.weir.gateway.devices;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Found;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The devices by topic and by name, within a bound of memory: names can be invented. Owned by
 * {@link Devices}, under whose lock it is used.
 */
final class DeviceTable {

  /** What a device on a topic takes beside its names, bytes. */
  static final int BYTES_OF_ONE = 1000;

  private static final int LONGEST_NAMES = 1024;

  private final long mostBytes;
  private final Map<String, TopicDevices.Group> topics = new HashMap<>();
  private final Map<String, TopicDevices.Group> senders = new HashMap<>();
  private final Map<Device.Key, Device> devices = new LinkedHashMap<>();
  private long bytes;

  /**
   * @param mostBytes of the heap that it may take, about
   */
  DeviceTable(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** The topics of a source by their names, now and later. */
  Found<String, TopicDevices> topicsOf(String source) {
    return group(source, false).members;
  }

  private TopicDevices.Group group(TopicDevices.Key key) {
    return group(key.source(), key.isSender());
  }

  private TopicDevices.Group group(String source, boolean isOfSenders) {
    return (isOfSenders ? senders : topics)
        .computeIfAbsent(source, name -> new TopicDevices.Group(name, isOfSenders));
  }

  @Nullable DeviceTopic find(TopicDevices.Key key, Asset asset) {
    TopicDevices topic = group(key).members.get(key.name());
    return topic == null ? null : topic.of(asset);
  }

  /** Adds a device on a topic; {@code null} if that is past the bound. */
  @Nullable DeviceTopic add(TopicDevices.Key key, Asset asset, Expected says) {
    int more = bytesOf(key, asset);
    if (more > BYTES_OF_ONE + 2 * LONGEST_NAMES || bytes + more > mostBytes) {
      return null;
    }
    return add(device(asset, key.source(), key.name()), key, says, new Period());
  }

  private Device device(Asset asset, String source, String name) {
    return devices.computeIfAbsent(
        Device.Key.of(asset, source, name), key -> new Device(key, asset));
  }

  private DeviceTopic add(Device device, TopicDevices.Key key, Expected says, Period period) {
    int taken = bytesOf(key, device.asset);
    bytes += taken;
    TopicDevices.Group group = group(key);
    TopicDevices topic = group.members.get(key.name());
    if (topic == null) {
      topic = new TopicDevices(group, key.name());
      group.members.put(topic);
    }
    DeviceTopic made = new DeviceTopic(device, topic, says, period, taken);
    topic.add(made);
    device.topics.add(made);
    device.due();
    return made;
  }

  private static int bytesOf(TopicDevices.Key key, Asset asset) {
    return BYTES_OF_ONE + 2 * (key.name().length() + asset.path().length());
  }

  /** A list of its own. */
  List<TopicDevices> topics() {
    List<TopicDevices> all = new ArrayList<>();
    topics.values().forEach(group -> all.addAll(group.members.values()));
    senders.values().forEach(group -> all.addAll(group.members.values()));
    return all;
  }

  Collection<Device> devices() {
    return devices.values();
  }

  /** Forgets the topics that are not wanted, and the devices that are left without one. */
  void keepTopics(Predicate<TopicDevices> wanted) {
    for (TopicDevices topic : topics()) {
      if (!wanted.test(topic)) {
        for (DeviceTopic each : topic.devices()) {
          each.device.topics.remove(each);
          bytes -= each.bytes;
        }
        topic.group.members.remove(topic);
      }
    }
    keepDevices(device -> !device.topics.isEmpty());
  }

  /** Forgets the devices that are not wanted. */
  void keepDevices(Predicate<Device> wanted) {
    for (Iterator<Device> all = devices.values().iterator(); all.hasNext(); ) {
      Device device = all.next();
      if (!wanted.test(device)) {
        device.topics.forEach(this::forget);
        all.remove();
      }
    }
  }

  private void forget(DeviceTopic topic) {
    bytes -= topic.bytes;
    topic.on.remove(topic);
    if (topic.on.isEmpty()) {
      topic.on.group.members.remove(topic.on);
    }
  }

  void clear() {
    keepDevices(device -> false);
  }

  /**
   * Adds what was encoded; of a state from a larger heap what there is room for.
   *
   * @throws IllegalArgumentException if the bytes are of an unknown format
   */
  void restore(byte[] state, long elapsedNs) {
    DevicesState.decode(
        state,
        new DevicesState.Restored() {
          @Override
          public Device device(Asset asset, String source, String name) {
            return DeviceTable.this.device(asset, source, name);
          }

          @Override
          public DeviceTopic topic(Device device, TopicDevices.Key key, Period period) {
            if (bytes + bytesOf(key, device.asset) > mostBytes) {
              TopicDevices none = new TopicDevices(group(key), key.name());
              return new DeviceTopic(device, none, Expected.UNKNOWN, period, 0);
            }
            DeviceTopic topic = add(device, key, Expected.UNKNOWN, period);
            topic.heardElapsedNs = elapsedNs;
            return topic;
          }
        });
    keepDevices(device -> !device.topics.isEmpty());
  }
}
