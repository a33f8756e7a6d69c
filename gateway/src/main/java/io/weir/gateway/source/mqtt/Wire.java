package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.mqtt.guard.PacketOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The two ways of one connection, between Paho and the network. What is read passes the guard; what
 * is most of the work, the messages and their PUBACKs, goes past Paho where it can.
 */
final class Wire {

  private final Inbound inbound;
  private volatile @Nullable PacketOutput output;

  Wire(Inbound inbound) {
    this.inbound = inbound;
  }

  Inbound inbound() {
    return inbound;
  }

  InputStream input(InputStream network) {
    return inbound.guarded(network);
  }

  OutputStream output(OutputStream network) {
    PacketOutput made = new PacketOutput(network);
    output = made;
    return made;
  }

  /**
   * Sends PUBACKs, in this order.
   *
   * @throws IOException if they could not all be sent, or there is no connection
   */
  void acknowledge(int[] packetIds) throws IOException {
    PacketOutput now = output;
    if (now == null) {
      throw new IOException("not connected");
    }
    now.acknowledge(packetIds);
  }

  /** The connection ends: nothing waits any more. */
  void close() {
    inbound.close();
  }
}
