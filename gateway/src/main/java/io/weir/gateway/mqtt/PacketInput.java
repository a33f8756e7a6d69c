package io.weir.gateway.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/**
 * The packets of a connection, from its bytes; read by one thread at a time. The buffer grows with
 * what has come, not with a length that the broker says.
 */
final class PacketInput {

  /** Of a packet. */
  static final int MOST_BYTES = 8 << 20;

  private static final int MOST_DIGITS = 4;

  /** Is told that nothing came until the socket's timeout. */
  interface Silence {

    /**
     * @throws IOException if it has lasted too long
     */
    void goesOn() throws IOException;
  }

  private final InputStream in;
  private byte[] buffer = new byte[16 << 10];
  private int from;
  private int to;
  private long readAtNs = System.nanoTime();

  PacketInput(InputStream in) {
    this.in = in;
  }

  /** Whether all that came has been read. */
  boolean isEmpty() {
    return from == to;
  }

  /** When something came last, or when it was made. */
  long readAtNs() {
    return readAtNs;
  }

  /** Waits for the next packet. */
  Packet next(Silence silence) throws IOException {
    fill(2, silence);
    int length = 0;
    int head = 1;
    int digit;
    do {
      fill(head + 1, silence);
      digit = buffer[from + head] & 0xFF;
      length |= (digit & 0x7F) << 7 * (head - 1);
      head++;
    } while (digit >= 0x80 && head <= MOST_DIGITS);
    if (digit >= 0x80 || length > MOST_BYTES) {
      throw new IOException("the broker sent a packet of %,d bytes".formatted(length));
    }
    fill(head + length, silence);
    byte[] body = new byte[length];
    System.arraycopy(buffer, from + head, body, 0, length);
    int first = buffer[from] & 0xFF;
    from += head + length;
    return new Packet(first, body);
  }

  private void fill(int count, Silence silence) throws IOException {
    while (to - from < count) {
      if (to == buffer.length) {
        makeRoom();
      }
      try {
        int read = in.read(buffer, to, buffer.length - to);
        if (read < 0) {
          throw new IOException("the broker closed the connection without a reason");
        }
        readAtNs = System.nanoTime();
        to += read;
      } catch (SocketTimeoutException e) {
        silence.goesOn();
      }
    }
  }

  private void makeRoom() {
    int used = to - from;
    byte[] target = used > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
    System.arraycopy(buffer, from, target, 0, used);
    buffer = target;
    from = 0;
    to = used;
  }
}
