package io.weir.gateway.source.mqtt.guard;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * What Paho writes, and PUBACKs between its packets: Paho makes a dozen objects for each PUBACK,
 * hands it to another thread, and sends it alone.
 *
 * <p>Paho writes a long packet in pieces. PUBACKs that come in the middle of one wait for its end,
 * and leave with it. Guarded by itself, also while it writes: two that write at once would mix
 * their bytes.
 */
public final class PacketOutput extends OutputStream {

  private static final byte PUBACK = 0x40;
  private static final int PUBACK_BYTES = 4;
  private static final int MOST_DIGITS = 4;

  private final OutputStream network;

  // of the packet that is being written: digits of its length so far, and bytes that are to come
  private boolean begun;
  private int digits;
  private int left;

  private byte[] waiting = {};

  public PacketOutput(OutputStream network) {
    this.network = network;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
    network.write(bytes, offset, count);
    follow(bytes, offset, offset + count);
    if (!begun && waiting.length > 0) {
      byte[] now = waiting;
      waiting = new byte[0];
      network.write(now, 0, now.length);
    }
  }

  /** Follows the packets: each is a byte, its length in one to four bytes, and this many bytes. */
  private void follow(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (!begun) {
        begun = true;
        digits = 0;
        left = 0;
        at++;
      } else if (digits < MOST_DIGITS) {
        int digit = bytes[at++];
        left |= (digit & 0x7F) << 7 * digits;
        digits = digit < 0 ? digits + 1 : MOST_DIGITS;
      } else {
        int part = Math.min(left, to - at);
        at += part;
        left -= part;
      }
      begun = digits < MOST_DIGITS || left > 0;
    }
  }

  /** Sends PUBACKs of success, in this order. */
  public synchronized void acknowledge(int[] packetIds) throws IOException {
    int at = waiting.length; // none wait between two packets
    byte[] packets = Arrays.copyOf(waiting, at + PUBACK_BYTES * packetIds.length);
    for (int packetId : packetIds) {
      packets[at] = PUBACK;
      packets[at + 1] = 2;
      packets[at + 2] = (byte) (packetId >> 8);
      packets[at + 3] = (byte) packetId;
      at += PUBACK_BYTES;
    }
    if (begun) {
      waiting = packets;
    } else {
      network.write(packets, 0, packets.length);
    }
  }

  @Override
  public void flush() throws IOException {
    network.flush();
  }

  @Override
  public void close() throws IOException {
    network.close();
  }
}
