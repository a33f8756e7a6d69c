package io.weir.gateway.devices;

import io.weir.gateway.model.Asset;

/**
 * What is known of one device.
 *
 * @param source that it was heard on last
 * @param asset the machine; without one the device goes by its name
 * @param name the topic, or the sender as the format names it; "" for a machine
 * @param heardNs when its last message arrived
 * @param periodNs the shortest period among its topics; 0 if none is known
 * @param silentAfterNs how long it may be silent; 0 if that is not known
 * @param silent whether it is silent for longer
 * @param missing messages that its own numbers show as missing
 * @param estimated messages that are missing by its period, estimated
 * @param gapNs when the last gap was found; 0 for never
 */
public record DeviceStatus(
    String source,
    Asset asset,
    String name,
    long heardNs,
    long periodNs,
    long silentAfterNs,
    boolean silent,
    long missing,
    long estimated,
    long gapNs) {

  /** What it is called in a text. */
  public String label() {
    return name.isEmpty() ? asset.path() : name;
  }
}
