package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;

/** A client that sends exactly the bytes it is told, packet by packet, and reads packets back. */
final class RawClient implements AutoCloseable {

  // types of packets
  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int PUBREC = 5;
  static final int PUBCOMP = 7;
  static final int SUBACK = 9;
  static final int UNSUBACK = 11;
  static final int PINGRESP = 13;
  static final int DISCONNECT = 14;

  private static final int TIMEOUT_MS = 20_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /**
   * A packet.
   *
   * @param first its first byte
   * @param body what follows the length
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Packet(int first, byte[] body) {

    int type() {
      return first >> 4;
    }

    int u8(int at) {
      return body[at] & 0xff;
    }

    int u16(int at) {
      return u8(at) << 8 | u8(at + 1);
    }

    /** The reason code behind a packet id; success where there is none. */
    int reason() {
      return body.length > 2 ? u8(2) : 0;
    }

    String text() {
      return new String(body, UTF_8);
    }

    @Override
    public String toString() {
      return "%02x %s".formatted(first, HexFormat.of().formatHex(body));
    }
  }

  RawClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  RawClient(Socket connected) throws IOException {
    socket = connected;
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  // ---- Sending

  RawClient send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  RawClient send(int first, byte[] body) throws IOException {
    return send(packet(first, body));
  }

  /** Sends what ends the connection, which may be before all of it is sent, and waits for that. */
  void sendToTheEnd(byte[]... parts) throws IOException {
    try {
      for (byte[] part : parts) {
        send(part);
      }
    } catch (SocketException e) {
      return; // it was closed by what came first
    }
    readToTheEnd();
  }

  static byte[] packet(int first, byte[] body) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(first);
    int rest = body.length;
    do {
      all.write(rest % 128 | (rest >= 128 ? 128 : 0));
      rest /= 128;
    } while (rest > 0);
    all.writeBytes(body);
    return all.toByteArray();
  }

  /** Bytes of: Integer as u8, Short as u16, String with its length, byte[] as they are. */
  static byte[] bytes(Object... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (DataOutputStream data = new DataOutputStream(all)) {
      for (Object part : parts) {
        if (part instanceof Integer number) {
          data.writeByte(number);
        } else if (part instanceof Short number) {
          data.writeShort(number);
        } else if (part instanceof String text) {
          byte[] utf8 = text.getBytes(UTF_8);
          data.writeShort(utf8.length);
          data.write(utf8);
        } else {
          data.write((byte[]) part);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toByteArray();
  }

  /** CONNECT of MQTT 5. */
  RawClient connect5(String client, boolean fresh, byte... properties) throws IOException {
    return send(
        0x10, bytes("MQTT", 5, fresh ? 2 : 0, (short) 60, properties.length, properties, client));
  }

  /** CONNECT of MQTT 5 with a login. */
  RawClient login5(String client, String user, String password) throws IOException {
    return send(0x10, bytes("MQTT", 5, 0xC2, (short) 60, 0, client, user, password));
  }

  /** CONNECT of MQTT 3.1.1. */
  RawClient connect4(String client, boolean fresh) throws IOException {
    return send(0x10, bytes("MQTT", 4, fresh ? 2 : 0, (short) 60, client));
  }

  static byte[] expiry(int seconds) {
    return bytes(0x11, (short) (seconds >> 16), (short) seconds);
  }

  /** PUBLISH of MQTT 5, without properties. */
  RawClient publish5(int flags, int id, String topic, String payload) throws IOException {
    boolean named = (flags & 6) != 0;
    byte[] head = named ? bytes(topic, (short) id, 0) : bytes(topic, 0);
    return send(0x30 | flags, bytes(head, payload.getBytes(UTF_8)));
  }

  /** PUBLISH of MQTT 3. */
  RawClient publish(int flags, int id, String topic, String payload) throws IOException {
    boolean named = (flags & 6) != 0;
    byte[] head = named ? bytes(topic, (short) id) : bytes(topic);
    return send(0x30 | flags, bytes(head, payload.getBytes(UTF_8)));
  }

  RawClient pubrel(int id) throws IOException {
    return send(0x62, bytes((short) id));
  }

  RawClient subscribe5(int id, String filter) throws IOException {
    return send(0x82, bytes((short) id, 0, filter, 1));
  }

  RawClient ping() throws IOException {
    return send(0xC0, new byte[0]);
  }

  // ---- Receiving

  Packet read() throws IOException {
    int first = in.read();
    if (first < 0) {
      throw new EOFException("the listener closed the connection");
    }
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      int digit = in.read();
      length |= (digit & 127) << shift;
      if ((digit & 128) == 0) {
        break;
      }
    }
    byte[] body = new byte[length];
    new DataInputStream(in).readFully(body);
    return new Packet(first, body);
  }

  /** Reads a packet that must be of a type. */
  Packet read(int type) throws IOException {
    Packet packet = read();
    if (packet.type() != type) {
      throw new AssertionError("type " + type + " was expected, not " + packet);
    }
    return packet;
  }

  /** Whether the connection ends without another packet. */
  boolean isClosed() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  /** Whether the connection ends so soon. */
  boolean isClosedWithin(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    try {
      return isClosed();
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(TIMEOUT_MS);
    }
  }

  /** Reads whatever comes, until the connection ends. */
  void readToTheEnd() throws IOException {
    try {
      while (in.read() >= 0) {}
    } catch (SocketException e) {
      return; // it was closed while something was on its way
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
