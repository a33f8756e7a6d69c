package io.weir.gateway.source.mqtt;

import static io.weir.gateway.source.mqtt.HostileBroker.packet;
import static io.weir.gateway.source.mqtt.HostileBroker.publish;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.source.mqtt.HostileBroker.Bytes;
import io.weir.gateway.source.mqtt.HostileBroker.Conduct;
import io.weir.gateway.source.mqtt.HostileBroker.Line;
import io.weir.gateway.source.mqtt.HostileBroker.Script;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a hostile broker does. The page of the threat model lists these, in this order. */
public final class HostileBehaviours {

  private static final int BOTH = 0;
  private static final int FIVE = 5;
  private static final int THREE = 311;

  /** Longest payload of the floods. */
  private static final int LARGE = 100_000;

  /**
   * One way to do it.
   *
   * @param version of MQTT, 0 for both
   */
  public record Variant(int version, Conduct conduct) {}

  /**
   * What it does.
   *
   * @param what as the page has it
   * @param times how often each is done, one after the other
   * @param isSlow whether each takes long, so that a source is given nothing else
   */
  public record Behaviour(String what, int times, boolean isSlow, List<Variant> variants) {}

  private final List<Behaviour> all = new ArrayList<>();

  private HostileBehaviours() {
    handshake();
    wrongMoments();
    lengths();
    publishes();
    floods();
    silence();
    subscriptions();
    noMqtt();
  }

  /** All that need no TLS. */
  public static List<Behaviour> all() {
    return List.copyOf(new HostileBehaviours().all);
  }

  // ---- How they are written down

  private void add(String what, Variant... variants) {
    all.add(new Behaviour(what, 1, false, List.of(variants)));
  }

  private void twice(String what, Variant... variants) {
    all.add(new Behaviour(what, 2, false, List.of(variants)));
  }

  private void apart(String what, Variant... variants) {
    all.add(new Behaviour(what, 1, true, List.of(variants)));
  }

  private static Variant played(int version, Script script, boolean goodInTheEnd) {
    return new Variant(
        version,
        new Conduct() {
          @Override
          public void play(Line line) throws IOException {
            script.play(line);
          }

          @Override
          public boolean isOnlyScript() {
            return true;
          }

          @Override
          public boolean isGoodInTheEnd() {
            return goodInTheEnd;
          }
        });
  }

  private static Variant plays(int version, Script script) {
    return played(version, script, true);
  }

  private static Variant plays(Script script) {
    return plays(BOTH, script);
  }

  /** After it nothing more can come on the connection. */
  private static Variant ends(int version, Script script) {
    return played(version, script, false);
  }

  private static Variant ends(Script script) {
    return ends(BOTH, script);
  }

  private static Variant hex(int version, String hex) {
    return plays(version, line -> line.sendHex(hex));
  }

  private static Variant hex(String hex) {
    return hex(BOTH, hex);
  }

  private static Variant begins(Script script) {
    return new Variant(
        BOTH,
        new Conduct() {
          @Override
          public void begun(Line line) throws IOException {
            script.play(line);
          }
        });
  }

  /** In place of the answer to the first packet of a type. */
  private static Variant answers(int version, int type, Script script) {
    return new Variant(
        version,
        new Conduct() {
          @Override
          public boolean answers(Line line, int came, byte[] body) throws IOException {
            if (came != type || !line.isFirstTime()) {
              return false;
            }
            script.play(line);
            return true;
          }
        });
  }

  private static Variant connack(Script script) {
    return answers(BOTH, HostileBroker.CONNECT, script);
  }

  private interface Suback {
    byte[] codes();
  }

  private static Variant suback(int version, Suback codes) {
    return new Variant(
        version,
        new Conduct() {
          @Override
          public boolean answers(Line line, int came, byte[] body) throws IOException {
            if (came != HostileBroker.SUBSCRIBE || !line.isFirstTime()) {
              return false;
            }
            line.send(
                packet(
                    0x90,
                    out -> {
                      out.raw(Arrays.copyOf(body, 2));
                      if (line.five()) {
                        out.u8(0);
                      }
                      out.raw(codes.codes());
                    }));
            return true;
          }
        });
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  // ---- CONNECT and its answer

  private void handshake() {
    add(
        "closes the connection at each stage of the handshake",
        begins(Line::close),
        begins(Line::reset),
        connack(Line::close),
        answers(BOTH, HostileBroker.SUBSCRIBE, Line::close),
        ends(Line::close),
        ends(line -> line.send(Arrays.copyOf(line.reading(line.nextId(), 0x32), 9))),
        ends(
            line -> {
              line.sendReading();
              line.reset();
            }));
    add(
        "refuses CONNECT with every reason code, known and unknown",
        refusals().toArray(Variant[]::new));
    apart("never answers CONNECT", connack(line -> {}));
    apart(
        "sends half a CONNACK, then nothing",
        connack(line -> line.send(new byte[] {0x20})),
        connack(line -> line.send(Arrays.copyOf(line.accepted(), 3))));
    add(
        "sends a CONNACK without end",
        connack(
            line -> {
              line.sendHex("20 FF FF FF 7F 00 00");
              byte[] block = new byte[1 << 16];
              for (int i = 0; i < 100; i++) {
                line.send(block);
              }
            }));
    add(
        "sends CONNACK twice",
        hex(FIVE, "20 03 00 00 00"),
        hex(THREE, "20 02 00 00"),
        connack(
            line -> {
              line.send(line.accepted());
              line.send(line.accepted());
            }));
    add(
        "sends packets before CONNACK",
        connack(
            line -> {
              line.sendReading();
              line.send(line.accepted());
            }),
        connack(
            line -> {
              line.sendHex(line.five() ? "90 04 00 01 00 01" : "90 03 00 01 01");
              line.send(line.accepted());
            }),
        connack(
            line -> {
              line.sendHex("D0 00");
              line.send(line.accepted());
            }),
        begins(line -> line.send(publish(true, 60_001, "plant/a", "too early"))));
    add(
        "accepts with a CONNACK whose flags are reserved",
        connack(line -> line.sendHex(line.five() ? "20 03 FE 00 00" : "20 02 FE 00")),
        connack(line -> line.sendHex(line.five() ? "2F 03 00 00 00" : "2F 02 00 00")));
    twice(
        "says that a session is there, and the next time that it is not",
        connack(
            line ->
                line.send(
                    line.number() == 1
                        ? line.accepted()
                        : line.five() ? bytes(0x20, 3, 0, 0, 0) : bytes(0x20, 2, 0, 0))));
    add("accepts with absurd properties", absurd().toArray(Variant[]::new));
    add(
        "accepts, then lowers every limit to nothing",
        properties(p -> p.u8(0x27).u16(0).u16(1)),
        properties(p -> p.u8(0x21).u16(1).u8(0x24).u8(0).u8(0x25).u8(0)),
        properties(p -> p.u8(0x28).u8(0).u8(0x29).u8(0).u8(0x2A).u8(0)));
    add(
        "sends the client to another server",
        refused(0x9C, p -> p.u8(0x1C).text("evil.example:1883")),
        refused(0x9D, p -> p.u8(0x1C).text("x".repeat(60_000))),
        properties(p -> p.u8(0x1C).text("evil.example:1883")),
        plays(FIVE, line -> line.send(disconnect(0x9C, p -> p.u8(0x1C).text("evil.example")))));
  }

  private static List<Variant> refusals() {
    List<Variant> refusals = new ArrayList<>();
    for (int code :
        new int[] {
          0x01, 0x7F, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90,
          0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F, 0xFF
        }) {
      refusals.add(refused(code, p -> {}));
    }
    for (int code : new int[] {1, 2, 3, 4, 5, 6, 0x80, 0xFF}) {
      refusals.add(
          answers(THREE, HostileBroker.CONNECT, line -> line.send(bytes(0x20, 2, 0, code))));
    }
    return refusals;
  }

  private static Variant refused(int code, Consumer<Bytes> properties) {
    return answers(
        FIVE, HostileBroker.CONNECT, line -> line.send(connack(false, code, properties)));
  }

  /** An accepting CONNACK with these properties. */
  private static Variant properties(Consumer<Bytes> properties) {
    return answers(FIVE, HostileBroker.CONNECT, line -> line.send(connack(true, 0, properties)));
  }

  private static byte[] connack(boolean present, int code, Consumer<Bytes> properties) {
    return packet(0x20, body -> withProperties(body.u8(present ? 1 : 0).u8(code), properties));
  }

  private static byte[] disconnect(int code, Consumer<Bytes> properties) {
    return packet(0xE0, body -> withProperties(body.u8(code), properties));
  }

  private static void withProperties(Bytes body, Consumer<Bytes> properties) {
    Bytes written = new Bytes();
    properties.accept(written);
    body.varint(written.size()).raw(written.toByteArray());
  }

  private static List<Variant> absurd() {
    return List.of(
        properties(p -> p.u8(0x13).u16(0)), // keep-alive
        properties(p -> p.u8(0x13).u16(1)),
        properties(p -> p.u8(0x13).u16(65_535)),
        properties(p -> p.u8(0x21).u16(0)), // receive maximum
        properties(p -> p.u8(0x27).u16(0).u16(0)), // maximum packet size
        properties(p -> p.u8(0x22).u16(65_535)), // topic alias maximum
        properties(p -> p.u8(0x12).text("y".repeat(65_535))), // assigned client id
        properties(p -> p.u8(0x12).text("")),
        properties(p -> p.u8(0x11).u16(0).u16(0)), // session expiry
        properties(p -> p.u8(0x1F).text("r".repeat(65_535))), // reason string
        properties(p -> p.u8(0x24).u8(9)), // maximum QoS
        properties(p -> p.u8(0x15).text("SCRAM").u8(0x16).u16(4).raw(new byte[4])),
        properties(
            p -> {
              for (int i = 0; i < 5_000; i++) {
                p.u8(0x26).text("key").text("value");
              }
            }),
        properties(p -> p.u8(0x21).u16(9).u8(0x21).u16(9)), // twice
        properties(p -> p.u8(0x01).u8(1)), // of a PUBLISH
        properties(p -> p.u8(0x7E).u8(1)));
  }

  // ---- Packets that nothing asked for

  private void wrongMoments() {
    add(
        "answers what was never asked, for packet ids that are unknown",
        hex(FIVE, "90 04 77 77 00 01"),
        hex(THREE, "90 03 77 77 01"),
        hex(FIVE, "B0 04 77 77 00 00"),
        hex(THREE, "B0 02 77 77"),
        hex("40 02 77 77"),
        hex("50 02 77 77"),
        hex("62 02 77 77"),
        hex("70 02 77 77"));
    add(
        "answers packet id 0",
        hex(FIVE, "90 04 00 00 00 01"),
        hex(THREE, "90 03 00 00 01"),
        hex("40 02 00 00"),
        hex("62 02 00 00"));
    add(
        "floods with PINGRESP and acknowledgements",
        plays(line -> line.send(repeated(bytes(0xD0, 0), 100_000))),
        plays(line -> line.send(repeated(bytes(0x40, 2, 0x77, 0x77), 50_000))),
        plays(line -> line.send(repeated(bytes(0x62, 2, 0x77, 0x77), 50_000))));
    add(
        "sends packets that only a client sends",
        hex("10 0C 00 04 4D 51 54 54 04 02 00 3C 00 00"),
        hex("82 05 00 01 00 01 61 01"),
        hex("A2 04 00 01 00 01 61"),
        hex("C0 00"));
    add("asks for an authentication that was not offered", hex("F0 00"), hex("F0 02 18 00"));
    add("sends packets of reserved types", hex("00 00"), hex("0F 02 00 00"));
    add("disconnects with every reason", disconnects().toArray(Variant[]::new));
  }

  private static List<Variant> disconnects() {
    List<Variant> all = new ArrayList<>();
    for (int code : new int[] {0x00, 0x04, 0x81, 0x82, 0x8B, 0x8D, 0x8E, 0x93, 0x97, 0x98, 0xFF}) {
      all.add(plays(FIVE, line -> line.send(disconnect(code, p -> {}))));
    }
    all.add(hex("E0 00"));
    all.add(plays(FIVE, line -> line.send(disconnect(0x82, p -> p.u8(0x1F).text("\u0007")))));
    return all;
  }

  private static byte[] repeated(byte[] packet, int times) {
    Bytes all = new Bytes();
    for (int i = 0; i < times; i++) {
      all.raw(packet);
    }
    return all.toByteArray();
  }

  // ---- Lengths

  private void lengths() {
    add(
        "lies about the remaining length",
        ends(
            line -> {
              line.send(
                  new Bytes().u8(0x32).varint(200_000_000).text("a").u16(9).u8(0).toByteArray());
              line.close();
            }),
        ends(line -> line.sendHex("D0 FF FF FF 7F")),
        ends(line -> line.sendHex("90 FF FF 7F 00 01")),
        ends(line -> line.sendHex("40 01 00")),
        ends(line -> line.sendHex("40 00")));
    add(
        "lies about the length of the properties",
        plays(
            FIVE,
            line -> {
              String topic = "plant/lying/telemetry";
              int id = line.nextId();
              line.sendOdd(
                  id,
                  topic,
                  packet(
                      0x32, body -> body.text(topic).u16(id).varint(200_000_000).raw(new byte[9])));
            }),
        plays(FIVE, line -> line.sendHex("90 04 77 77 7F 01")),
        plays(FIVE, line -> line.sendHex("E0 02 00 7F")),
        answers(FIVE, HostileBroker.CONNECT, line -> line.sendHex("20 03 00 00 7F")),
        answers(FIVE, HostileBroker.CONNECT, line -> line.sendHex("20 06 00 00 FF FF FF 7F")));
    add(
        "lies about the length of a topic",
        plays(line -> line.send(packet(0x32, body -> body.u16(60_000).raw(new byte[20])))),
        plays(line -> line.send(packet(0x30, body -> body.u16(0xFFFF)))),
        plays(line -> line.sendHex("30 01 00")),
        plays(line -> line.sendHex("30 00")));
    add(
        "writes a number with more bytes than four, or than it needs",
        hex("30 FF FF FF FF 01"),
        hex("D0 FF FF FF FF FF FF"),
        hex("D0 80 00"),
        hex(FIVE, "90 08 77 77 FF FF FF FF FF 01"));
    add(
        "sets reserved flags",
        hex("DF 00"),
        hex("9F 04 77 77 00 01"),
        hex("4F 02 77 77"),
        hex("60 02 77 77"));
  }

  // ---- PUBLISH

  private void publishes() {
    add("publishes at QoS 3", hex("36 06 00 01 61 00 01 00"));
    add(
        "publishes with packet id 0",
        plays(
            line ->
                line.send(
                    packet(
                        0x32,
                        body -> {
                          body.text("plant/zero/telemetry").u16(0);
                          if (line.five()) {
                            body.u8(0);
                          }
                        }))));
    add(
        "publishes at QoS 2, which was not asked",
        plays(
            line -> {
              byte[] first = line.reading(line.nextId(), 0x34);
              line.send(first);
              line.sendHex("62 02 00 01");
            }),
        plays(
            line -> {
              for (int i = 0; i < 20; i++) {
                line.sendReading(line.nextId(), 0x34);
              }
            }));
    add(
        "uses topic aliases that are unknown, 0 or too large",
        alias("", 5),
        alias("plant/alias/telemetry", 5),
        alias("plant/alias/telemetry", 0),
        alias("plant/alias/telemetry", 65_535));
    add(
        "sends properties twice, of other packets, unknown or cut off",
        odd(FIVE, p -> p.u8(0x01).u8(0).u8(0x01).u8(0)),
        odd(FIVE, p -> p.u8(0x24).u8(0)),
        odd(FIVE, p -> p.u8(0x7E)),
        odd(FIVE, p -> p.u8(0x02).u8(0)),
        odd(FIVE, p -> p.u8(0x0B).u8(0xFF).u8(0xFF).u8(0xFF).u8(0xFF).u8(1)),
        odd(FIVE, p -> p.u8(0x09).u16(32_768).raw(new byte[32_768])),
        odd(FIVE, p -> p.u8(0x26).text("a").u16(60_000)));
    add(
        "publishes to topics that are no text, or that no topic may have",
        oddTopic(BOTH, "plant/\u0000/telemetry".getBytes(UTF_8)),
        oddTopic(BOTH, "plant/\u0007/telemetry".getBytes(UTF_8)),
        oddTopic(BOTH, "plant/\uFFFF/telemetry".getBytes(UTF_8)),
        oddTopic(THREE, "plant/\uD83D\uDE00/x".getBytes(UTF_8)),
        badText("plant/\u00C0\u0080/telemetry"), // an overlong NUL
        badText("plant/\u00ED\u00A0\u0080/telemetry"), // half of a surrogate pair
        badText("plant/\u00F8\u0088\u0080\u0080\u0080/x"), // five bytes
        badText("plant/\u00FF\u00FE/telemetry"));
    add(
        "publishes to a topic with a wildcard",
        oddTopic(BOTH, "plant/+/telemetry".getBytes(UTF_8)),
        oddTopic(BOTH, "plant/#".getBytes(UTF_8)),
        oddTopic(BOTH, "#".getBytes(UTF_8)));
    add("publishes to an empty topic", oddTopic(BOTH, new byte[0]));
    add(
        "publishes to topics of 65,535 bytes",
        oddTopic(BOTH, "t".repeat(65_535).getBytes(UTF_8)),
        oddTopic(BOTH, ("plant" + "/t".repeat(32_765)).getBytes(UTF_8)));
    add(
        "uses a packet id again that is not acknowledged yet",
        plays(
            line -> {
              int id = line.nextId();
              for (int i = 0; i < 20; i++) {
                line.sendReading(id, 0x32);
              }
            }));
    add(
        "delivers the same message for ever",
        plays(
            line -> {
              int id = line.nextId();
              byte[] packet = line.reading(id, 0x3A);
              for (int i = 0; i < 400; i++) {
                line.send(packet);
              }
            }));
    add(
        "delivers other content as the same message again",
        plays(
            line -> {
              int id = line.nextId();
              line.sendReading(id, 0x32);
              HostileBroker.pause(200);
              for (int i = 0; i < 5; i++) {
                line.sendReading(id, 0x3A);
                HostileBroker.pause(50);
              }
            }));
    twice(
        "delivers other content again on the next connection",
        ends(
            line -> {
              line.sendReading(9, line.number() == 1 ? 0x32 : 0x3A);
              HostileBroker.pause(300);
              line.close();
            }));
  }

  private static Variant alias(String topic, int alias) {
    return plays(
        FIVE,
        line ->
            line.send(
                publish(
                    true,
                    line.nextId(),
                    topic,
                    new Bytes().u8(0x23).u16(alias).toByteArray(),
                    "{\"n\":0}")));
  }

  private static Variant odd(int version, Consumer<Bytes> properties) {
    return plays(
        version,
        line -> {
          Bytes written = new Bytes();
          properties.accept(written);
          String topic = "plant/odd/telemetry";
          int id = line.nextId();
          line.sendOdd(id, topic, publish(true, id, topic, written.toByteArray(), "{\"n\":0}"));
        });
  }

  private static Variant oddTopic(int version, byte[] topic) {
    return plays(
        version,
        line -> {
          int id = line.nextId();
          line.sendOdd(id, new String(topic, UTF_8), oddPublish(line, id, topic));
        });
  }

  /** A topic of these bytes, each a character here. */
  private static Variant badText(String latin) {
    return plays(line -> line.send(oddPublish(line, line.nextId(), latin.getBytes(ISO_8859_1))));
  }

  private static byte[] oddPublish(Line line, int id, byte[] topic) {
    return packet(
        0x32,
        body -> {
          body.u16(topic.length).raw(topic).u16(id);
          if (line.five()) {
            body.u8(0);
          }
          body.raw("{\"n\":0}".getBytes(UTF_8));
        });
  }

  // ---- Floods

  private void floods() {
    add(
        "floods at QoS 0",
        plays(
            line -> {
              for (int i = 0; i < 20_000; i++) {
                line.send(nothing(line, 0x30, 20));
              }
            }),
        plays(
            line -> {
              for (int i = 0; i < 300; i++) {
                line.send(nothing(line, 0x30, LARGE));
              }
            }));
    add(
        "sends far more at QoS 1 than it may before an acknowledgement",
        plays(
            line -> {
              Bytes all = new Bytes();
              for (int i = 0; i < 3_000; i++) {
                all.raw(line.reading(line.nextId(), 0x32));
              }
              line.send(all.toByteArray());
            }));
    add(
        "floods at QoS 2 and never ends a delivery",
        plays(
            line -> {
              for (int i = 0; i < 6_000; i++) {
                line.send(nothing(line, 0x34, LARGE));
              }
            }));
    add(
        "floods with retained messages",
        plays(
            line -> {
              for (int i = 0; i < 3_000; i++) {
                line.send(nothing(line, 0x33, 20));
              }
            }),
        plays(
            line -> {
              for (int i = 0; i < 10_000; i++) {
                line.send(nothing(line, 0x31, 20));
              }
            }));
    add(
        "floods with messages that cannot be read",
        plays(
            line -> {
              byte[] odd = oddPublish(line, 60_001, "plant/\u0007/t".getBytes(UTF_8));
              line.send(repeated(odd, 1_000));
            }),
        plays(line -> line.send(repeated(bytes(0x30, 2, 0xFF, 0xFF), 1_000))));
    add(
        "sends messages far over the limit",
        plays(
            line -> {
              int id = line.nextId();
              line.sendOdd(
                  id,
                  "plant/long/telemetry",
                  packet(
                      0x32,
                      body -> {
                        body.text("plant/long/telemetry").u16(id);
                        if (line.five()) {
                          body.u8(0);
                        }
                        body.raw(new byte[8 << 20]);
                      }));
            }));
  }

  /** A message without readings. */
  private static byte[] nothing(Line line, int first, int length) {
    return packet(
        first,
        body -> {
          body.text("plant/flood/telemetry");
          if ((first & 6) != 0) {
            body.u16(line.nextId());
          }
          if (line.five()) {
            body.u8(0);
          }
          body.raw(" ".repeat(length).getBytes(UTF_8));
        });
  }

  // ---- Silence

  private void silence() {
    apart(
        "sends half a packet, then nothing",
        silent(line -> line.send(Arrays.copyOf(line.reading(line.nextId(), 0x32), 12))),
        silent(line -> line.send(new byte[] {0x32})),
        silent(line -> line.send(new byte[] {0x32, (byte) 0x80})));
    apart(
        "sends a byte a second",
        ends(
            line -> {
              for (byte each : line.reading(line.nextId(), 0x32)) {
                line.send(new byte[] {each});
                HostileBroker.pause(each == 0 ? 1000 : 100);
              }
            }));
    apart("never answers SUBSCRIBE", answers(BOTH, HostileBroker.SUBSCRIBE, line -> {}));
    apart("falls silent, and answers no PINGREQ and no UNSUBSCRIBE", silent(line -> {}));
  }

  /** After the script it sends nothing more, whatever comes. */
  private static Variant silent(Script script) {
    return new Variant(
        BOTH,
        new Conduct() {
          @Override
          public void play(Line line) throws IOException {
            line.fallSilent();
            script.play(line);
          }

          @Override
          public boolean answers(Line line, int type, byte[] body) {
            return line.isSilent();
          }

          @Override
          public boolean isGoodInTheEnd() {
            return false;
          }
        });
  }

  // ---- SUBACK

  private void subscriptions() {
    add(
        "refuses the subscription, or grants less or more than was asked",
        suback(BOTH, () -> bytes(0x80)),
        suback(FIVE, () -> bytes(0x87)),
        suback(FIVE, () -> bytes(0x8F)),
        suback(BOTH, () -> bytes(0)),
        suback(BOTH, () -> bytes(2)),
        suback(BOTH, () -> bytes(0x7F)),
        suback(BOTH, () -> bytes(0xFF)));
    apart("answers SUBSCRIBE without a code", suback(BOTH, () -> new byte[0]));
    add(
        "answers SUBSCRIBE with more codes than were asked",
        suback(BOTH, () -> bytes(1, 1, 1)),
        suback(BOTH, () -> new byte[60_000]),
        suback(BOTH, () -> bytes(1, 0x80, 0x80)));
    apart(
        "answers UNSUBSCRIBE in place of SUBSCRIBE",
        answers(
            BOTH,
            HostileBroker.SUBSCRIBE,
            line -> line.sendHex(line.five() ? "B0 04 00 01 00 00" : "B0 02 00 01")));
  }

  // ---- What is no MQTT

  private void noMqtt() {
    add(
        "speaks HTTP",
        begins(line -> line.send("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8))),
        connack(line -> line.send("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8))));
    add("sends random bytes", random(1), random(2), random(3), random(4));
  }

  private static Variant random(long seed) {
    return plays(
        line -> {
          byte[] bytes = new byte[20_000];
          new Random(seed).nextBytes(bytes);
          line.send(bytes);
        });
  }

  // ---- TLS

  /**
   * What it does where TLS is asked.
   *
   * @param tls takes a connection into TLS with a certificate: expired, of another name, of another
   *     authority
   */
  public static List<Behaviour> overTls(Tls tls) {
    return List.of(
        new Behaviour(
            "speaks plain MQTT, plain HTTP or nothing on a port for TLS",
            1,
            false,
            List.of(
                begins(line -> line.sendHex("20 02 00 00")),
                begins(line -> line.send("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8))),
                new Variant(BOTH, new Conduct() {}))),
        new Behaviour(
            "closes in the middle of the TLS handshake",
            1,
            false,
            List.of(
                begins(Line::close),
                opened(
                    socket -> {
                      socket.getInputStream().readNBytes(20);
                      socket.close();
                      return null;
                    }),
                opened(
                    socket -> {
                      socket.getOutputStream().write(bytes(0x16, 3, 3, 0x40, 0, 2, 0, 0x3F));
                      socket.close();
                      return null;
                    }))),
        new Behaviour(
            "shows a certificate that is expired, for another name or of an unknown authority",
            1,
            false,
            List.of(
                opened(socket -> tls.wrap(socket, "expired")),
                opened(socket -> tls.wrap(socket, "other-name")),
                opened(socket -> tls.wrap(socket, "unknown")))));
  }

  /** Takes a connection into TLS. */
  public interface Tls {
    Socket wrap(Socket socket, String certificate) throws IOException;
  }

  private interface Opened {
    @Nullable Socket from(Socket socket) throws IOException;
  }

  private static Variant opened(Opened opened) {
    return new Variant(
        BOTH,
        new Conduct() {
          @Override
          public @Nullable Socket opened(Socket socket) throws IOException {
            return opened.from(socket);
          }
        });
  }
}
