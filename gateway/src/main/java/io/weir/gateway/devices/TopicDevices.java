package io.weir.gateway.devices;

import io.weir.gateway.model.Asset;
import java.util.HashMap;
import java.util.Map;

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
  final Map<Asset, DeviceTopic> byAsset = new HashMap<>(2);
  Expected expected;

  TopicDevices(Key key, Expected expected) {
    this.key = key;
    this.expected = expected;
  }
}
