package io.weir.gateway.source.listener.conformance;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * A packet that a server sent, by its meaning: two that say the same in other bytes are equal, as
 * an acknowledgement with reason code 0 and one without a code. Left out are the properties of a
 * CONNACK, which announce limits of the server, and the wording of a reason string.
 *
 * @param meaning as {@code PUBACK 1234 10}; packet ids and codes are hexadecimal, and so is all of
 *     a packet that is not well-formed
 */
record Packet(String meaning) {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int REASON_STRING = 0x1F;

  /** Reads one whole packet, or nothing where the stream ends before it. */
  static Optional<Packet> read(InputStream in, int version) throws IOException {
    int header = in.read();
    if (header < 0) {
      return Optional.empty();
    }
    int length = 0;
    int digit;
    int shift = 0;
    do {
      digit = in.read();
      if (digit < 0 || shift > 21) {
        throw new EOFException("a packet without a length: it begins with " + hex(header));
      }
      length |= (digit & 0x7F) << shift;
      shift += 7;
    } while ((digit & 0x80) != 0);
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException(
          "a packet of %d bytes ends after %d: %s %s"
              .formatted(length, body.length, hex(header), HEX.formatHex(body)));
    }
    return Optional.of(new Packet(meaning(header, body, version)));
  }

  static Packet of(byte[] whole, int version) {
    ByteArrayInputStream in = new ByteArrayInputStream(whole);
    try {
      Packet packet = read(in, version).orElseThrow();
      if (in.available() > 0) {
        throw new IllegalArgumentException("more than one packet: " + HEX.formatHex(whole));
      }
      return packet;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String meaning(int header, byte[] body, int version) {
    String raw = hex(header) + (body.length == 0 ? "" : " " + HEX.formatHex(body));
    try {
      ByteBuffer in = ByteBuffer.wrap(body);
      String meaning =
          switch (header) {
            case 0x20 -> connack(in);
            case 0x40 -> "PUBACK " + acknowledgement(in, version);
            case 0x50 -> "PUBREC " + acknowledgement(in, version);
            case 0x62 -> "PUBREL " + acknowledgement(in, version);
            case 0x70 -> "PUBCOMP " + acknowledgement(in, version);
            case 0x90 -> "SUBACK " + subscriptions(in, version);
            case 0xB0 -> "UNSUBACK " + subscriptions(in, version);
            case 0xD0 -> "PINGRESP";
            case 0xE0 -> "DISCONNECT " + reason(in);
            default -> (header >> 4 == 3 ? "PUBLISH " : "packet ") + all(in, raw);
          };
      return in.hasRemaining() ? "malformed " + raw : meaning;
    } catch (BufferUnderflowException e) {
      return "malformed " + raw;
    }
  }

  private static String connack(ByteBuffer in) {
    String meaning = "CONNACK session present " + in.get() + ", code " + hex(in.get());
    in.position(in.limit());
    return meaning;
  }

  private static String acknowledgement(ByteBuffer in, int version) {
    return packetId(in) + (version < 5 ? "" : " " + reason(in));
  }

  /** A code that may be missing, and properties that may be missing. */
  private static String reason(ByteBuffer in) {
    String code = in.hasRemaining() ? hex(in.get()) : "00";
    return code + (in.hasRemaining() ? properties(in) : "");
  }

  private static String subscriptions(ByteBuffer in, int version) {
    String id = packetId(in);
    String properties = version < 5 ? "" : properties(in);
    StringJoiner codes = new StringJoiner(" ");
    while (in.hasRemaining()) {
      codes.add(hex(in.get()));
    }
    return (id + " " + codes).strip() + properties;
  }

  private static String packetId(ByteBuffer in) {
    return HEX.toHexDigits(in.getShort());
  }

  private static String properties(ByteBuffer in) {
    int length = in.get();
    if (length < 0) {
      length = (length & 0x7F) | in.get() << 7;
    }
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer properties = in.slice(in.position(), length);
    in.position(in.position() + length);
    List<String> names = new ArrayList<>();
    while (properties.hasRemaining()) {
      names.add(property(properties));
    }
    return names.isEmpty() ? "" : " with " + String.join(", ", names);
  }

  private static String property(ByteBuffer in) {
    if (in.get(in.position()) != REASON_STRING) {
      return "properties "
          + all(in, HEX.formatHex(in.array(), offset(in), offset(in) + in.remaining()));
    }
    in.get();
    byte[] text = new byte[in.getShort() & 0xFFFF];
    in.get(text);
    return "reason string";
  }

  private static int offset(ByteBuffer in) {
    return in.arrayOffset() + in.position();
  }

  private static String all(ByteBuffer in, String raw) {
    in.position(in.limit());
    return raw;
  }

  private static String hex(int value) {
    return HEX.toHexDigits((byte) value);
  }

  @Override
  public String toString() {
    return meaning;
  }
}
