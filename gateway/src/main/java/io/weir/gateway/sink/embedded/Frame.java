package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;

/**
 * One message between the gateway and the process of the store: its length in four bytes, then
 * numbers of four bytes and texts (length in bytes, UTF-8), in an order that both sides know.
 * Either written or read.
 */
final class Frame {

  /** More than the names of all measurements that one batch can have. */
  private static final int MOST_BYTES = 64 << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);
  private final DataInputStream in;

  /** To be written. */
  Frame() {
    this(new byte[0]);
  }

  private Frame(byte[] content) {
    in = new DataInputStream(new ByteArrayInputStream(content));
  }

  Frame put(int number) throws IOException {
    out.writeInt(number);
    return this;
  }

  Frame put(String text) throws IOException {
    byte[] encoded = text.getBytes(UTF_8);
    out.writeInt(encoded.length);
    out.write(encoded);
    return this;
  }

  int number() throws IOException {
    return in.readInt();
  }

  String text() throws IOException {
    int length = in.readInt();
    byte[] encoded = in.readNBytes(length);
    if (encoded.length < length) {
      throw new EOFException();
    }
    return new String(encoded, UTF_8);
  }

  void sendTo(DataOutputStream pipe) throws IOException {
    pipe.writeInt(bytes.size());
    bytes.writeTo(pipe);
    pipe.flush();
  }

  /**
   * The next one; waits for it.
   *
   * @throws EOFException if the other side has ended
   */
  static Frame receive(DataInputStream pipe) throws IOException {
    int length = pipe.readInt();
    if (length < 0 || length > MOST_BYTES) {
      throw new IOException("a message of " + length + " bytes");
    }
    byte[] content = new byte[length];
    pipe.readFully(content);
    return new Frame(content);
  }
}
