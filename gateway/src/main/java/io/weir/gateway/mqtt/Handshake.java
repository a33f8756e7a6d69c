package io.weir.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.Secret;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** CONNECT, which asks for a clean session, and the CONNACK that answers it. */
final class Handshake {

  private static final int INBOUND_AT_ONCE = 100;

  private static final int CLEAN = 0x02;
  private static final int WILL = 0x04;
  private static final int WILL_RETAIN = 0x20;
  private static final int PASSWORD = 0x40;
  private static final int USERNAME = 0x80;
  private static final int SESSION_PRESENT = 1;

  private Handshake() {}

  /**
   * Asks for a connection, and waits for the answer.
   *
   * @return what the broker allows
   * @throws LinkException if it refuses
   */
  static BrokerLimits perform(
      Broker broker, @Nullable Publication will, PacketInput in, OutputStream out)
      throws IOException {
    out.write(connect(broker, will));
    out.flush();
    PacketInput.Silence end =
        () -> {
          throw new IOException("no answer for %d ms".formatted(broker.timeout().toMillis()));
        };
    return limits(broker, in.next(end));
  }

  private static byte[] connect(Broker broker, @Nullable Publication will) {
    Secret password = broker.password();
    String username = broker.username();
    int flags = CLEAN | (password == null ? 0 : PASSWORD) | (username == null ? 0 : USERNAME);
    if (will != null) {
      flags |= WILL | will.qos() << 3 | (will.retained() ? WILL_RETAIN : 0);
    }
    PacketBytes body = new PacketBytes(256);
    body.text("MQTT").oneByte(broker.isFive() ? 5 : 4).oneByte(flags);
    body.twoBytes((int) broker.keepAlive().toSeconds());
    if (broker.isFive()) {
      PacketBytes asked = new PacketBytes(16);
      asked.oneByte(Property.RECEIVE_MAXIMUM.id()).twoBytes(INBOUND_AT_ONCE);
      asked.oneByte(Property.MAXIMUM_PACKET_SIZE.id()).fourBytes(PacketInput.MOST_BYTES);
      body.number(asked.length()).bytes(asked.toBytes());
    }
    body.text(broker.clientId());
    if (will != null) {
      if (broker.isFive()) {
        body.number(0);
      }
      body.text(will.topic()).sized(will.payload());
    }
    if (username != null) {
      body.text(username);
    }
    if (password != null) {
      body.sized(password.value().getBytes(UTF_8));
    }
    return body.packet(0x10);
  }

  private static BrokerLimits limits(Broker broker, Packet answer) throws IOException {
    if (answer.type() != Packet.CONNACK) {
      throw new IOException("it does not speak MQTT");
    }
    int flags = answer.oneByte();
    int code = answer.oneByte();
    if (!broker.isFive()) {
      if (code != 0) {
        throw refused(Codes.oldKind(code), Codes.oldWords(code));
      }
      return BrokerLimits.of(broker);
    }
    Properties said = answer.propertiesIfAny();
    if (code >= Codes.FIRST_FAILURE) {
      throw refused(Codes.kind(code), said.words(code));
    }
    if ((flags & SESSION_PRESENT) != 0) {
      throw new IOException("the broker has a session where a clean one was asked for");
    }
    BrokerLimits limits = BrokerLimits.of(broker).within(said);
    if (limits.receiveMaximum() == 0 || limits.maxPacketSize() == 0) {
      throw new IOException("it says that it takes no message, which MQTT does not allow");
    }
    return limits;
  }

  private static LinkException refused(LinkException.Kind kind, String why) {
    return new LinkException(kind, "the broker refuses the connection: " + why);
  }
}
