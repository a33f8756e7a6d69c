package io.weir.gateway.source.listener;

import static io.weir.gateway.source.listener.RawClient.CONNACK;
import static io.weir.gateway.source.listener.RawClient.DISCONNECT;
import static io.weir.gateway.source.listener.RawClient.PINGRESP;
import static io.weir.gateway.source.listener.RawClient.PUBACK;
import static io.weir.gateway.source.listener.RawClient.PUBCOMP;
import static io.weir.gateway.source.listener.RawClient.PUBLISH;
import static io.weir.gateway.source.listener.RawClient.PUBREC;
import static io.weir.gateway.source.listener.RawClient.SUBACK;
import static io.weir.gateway.source.listener.RawClient.UNSUBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.KnownSessions;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbered statements of MQTT that the packet sequences of Mosquitto do not reach. */
class ListenerStatementsTest {

  private static final String COMMANDS = "spBv1.0/g/NCMD/n";
  private static final String STATE = "spBv1.0/STATE/weir";

  private final ListenerRig rig = new ListenerRig(new ListenerSetup().host("weir"));

  @AfterEach
  void close() {
    rig.close();
  }

  private RawClient connected5() throws IOException {
    RawClient raw = rig.client().connect5("c", true);
    assertThat(raw.read(CONNACK).u8(1)).isZero();
    return raw;
  }

  private RawClient connected31() throws IOException {
    RawClient raw =
        rig.client().send(0x10, RawClient.bytes("MQIsdp", 3, 2, (short) 60, "an-old-client"));
    assertThat(raw.read(CONNACK).body()).containsExactly(0, 0);
    return raw;
  }

  // ---- CONNECT

  /** MQTT-3.1.2-24 and MQTT-3.2.2-19: a refusal too is no longer than the client takes. */
  @ParameterizedTest
  @CsvSource({"5, false", "20, false", "40, false", "60, true", "1000, true"})
  void aRefusalIsNoLongerThanTheClientTakes(int most, boolean withReason) throws Exception {
    byte[] properties = RawClient.bytes(0x27, (short) 0, (short) most, 0x15, "SCRAM-SHA-1");
    try (RawClient raw = rig.client().connect5("c", true, properties)) {
      RawClient.Packet refusal = raw.read(CONNACK);
      assertThat(refusal.u8(1)).isEqualTo(0x8C);
      assertThat(2 + refusal.body().length).isLessThanOrEqualTo(most);
      assertThat(refusal.body().length > 3).isEqualTo(withReason);
      assertThat(raw.isClosed()).isTrue();
    }
  }

  @Test
  void whoTakesNotEvenTheShortestRefusalGetsNone() throws Exception {
    byte[] properties = RawClient.bytes(0x27, (short) 0, (short) 4, 0x15, "SCRAM-SHA-1");
    try (RawClient raw = rig.client().connect5("c", true, properties)) {
      assertThat(raw.isClosed()).isTrue();
    }
  }

  /** MQTT-3.1.4-1 of MQTT 3.1.1: what is no CONNECT of the standard gets no CONNACK. */
  @ParameterizedTest
  @CsvSource({"MQTT, 4", "MQIsdp, 3"})
  void aWillWithoutATopicIsNotAnswered(String name, int version) throws Exception {
    byte[] connect = RawClient.bytes(name, version, 6, (short) 60, "c", "", "left");
    try (RawClient raw = rig.client().send(0x10, connect)) {
      assertThat(raw.isClosed()).isTrue();
    }
    assertThat(rig.shelf.taken()).isEmpty();
  }

  /** MQTT 3.1, 3.1: the length of the packet goes before the flags of user name and password. */
  @ParameterizedTest
  @CsvSource({"0x82, ''", "0xC2, ''", "0xC2, 000175"})
  void inMqtt31WhatOfALoginIsNotThereWasNotSaid(int flags, String rest) throws Exception {
    byte[] login = HexFormat.of().parseHex(rest);
    byte[] connect = RawClient.bytes("MQIsdp", 3, flags, (short) 60, "an-old-client", login);
    try (RawClient raw = rig.client().send(0x10, connect)) {
      assertThat(raw.read(CONNACK).body()).containsExactly(0, 0);
      assertThat(raw.publish(2, 1, "t", "x").read(PUBACK).u16(0)).isEqualTo(1);
    }
    byte[] later = RawClient.bytes("MQTT", 4, flags, (short) 60, "a-later-client", login);
    try (RawClient raw = rig.client().send(0x10, later)) {
      assertThat(raw.isClosed()).isTrue();
    }
  }

  // ---- Texts

  /**
   * MQTT-1.5.4-2: a client closes the connection on such a text, and then sends the same message
   * again for ever.
   */
  @Test
  void noReasonStringHasACharacterThatNoTextOfMqttMayHave() throws Exception {
    String words =
        "not JSON: 'tru\0\n\u001b\u007f\u0085' and " + "long".repeat(60) + "\uD83D\uDE00";
    Rejected one = new Rejected(Reason.MALFORMED, words);
    rig.shelf.receipt(new Inbox.Receipt(1, 0, 0, List.of(one)));
    try (RawClient raw = connected5()) {
      RawClient.Packet ack = raw.publish5(2, 1, "t", "x").read(PUBACK);
      assertThat(ack.reason()).isEqualTo(0x83);
      String reason = ack.text().substring(ack.text().indexOf("1 of 1"));
      assertThat(reason).contains("'tru").hasSizeGreaterThan(150);
      assertThat(reason.chars()).noneMatch(Character::isISOControl);
    }
  }

  // ---- DISCONNECT

  /**
   * 3.14.2.2.2: only who asked for no time in its CONNECT may not ask for any now; MQTT-3.14.4-3:
   * after a good DISCONNECT there is no will.
   */
  @Test
  void whoGotLessTimeForItsSessionThanItAskedForMayAskAgain() throws Exception {
    try (ListenerRig none = new ListenerRig(new ListenerSetup().sessionExpiry(Duration.ZERO));
        RawClient raw = new RawClient(none.listener.port())) {
      byte[] expiry = RawClient.expiry(100);
      raw.send(0x10, RawClient.bytes("MQTT", 5, 6, (short) 60, 5, expiry, "c", 0, "t", "left"));
      assertThat(raw.read(CONNACK).u8(1)).isZero();
      raw.send(0xE0, RawClient.bytes(0, 5, expiry));
      assertThat(raw.isClosed()).isTrue();
      await().until(() -> none.listener.sessions.size() == 0);
      assertThat(none.shelf.taken()).isEmpty();
    }
  }

  @Test
  void whoAskedForNoTimeForItsSessionGetsNoneAtTheEnd() throws Exception {
    byte[] nothing = RawClient.bytes("MQTT", 5, 6, (short) 60, 0, "c", 0, "t", "left");
    try (RawClient raw = rig.client().send(0x10, nothing)) {
      assertThat(raw.read(CONNACK).u8(1)).isZero();
      raw.send(0xE0, RawClient.bytes(0, 5, RawClient.expiry(100)));
      assertThat(raw.read(DISCONNECT).u8(0)).isEqualTo(0x82);
      assertThat(raw.isClosed()).isTrue();
    }
    await().untilAsserted(() -> assertThat(rig.shelf.texts()).containsExactly("left"));
  }

  // ---- Exactly once

  /** MQTT-4.3.3-10, also where the loop has not looked yet at a sync that failed. */
  @Test
  void aMessageThatIsSentAgainWhileItsSyncFailsIsTakenOnce() {
    ManualInbox inbox = new ManualInbox();
    SteppedListener listener = new SteppedListener(ListenerRig.CONFIG, inbox, KnownSessions.NONE);
    SteppedListener.Connection client = listener.connect();
    client.send(RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 60, "c")));
    listener.settle(1);
    client.send(RawClient.packet(0x34, RawClient.bytes("t", (short) 1, new byte[] {'a'})));
    inbox.fail();
    client.send(RawClient.packet(0x3C, RawClient.bytes("t", (short) 1, new byte[] {'a'})));
    for (int i = 0; i < 5; i++) {
      listener.settle(100);
      inbox.sync(10);
    }
    listener.settle(100);
    assertThat(inbox.times("a")).isEqualTo(1);
    assertThat(client.read()).startsWith(0x20);
    assertThat(client.read()).containsExactly(0x50, 2, 0, 1);
    listener.kill();
  }

  /**
   * MQTT-4.3.3-10: until the release of its packet id, also of what went to the quarantine, where
   * the PUBREC does not say so.
   */
  @Test
  void aRejectedMessageWhoseAnswerIsASuccessIsTakenOnceUntilItIsReleased() throws Exception {
    Rejected bad = new Rejected(Reason.MALFORMED, "bad");
    try (ListenerRig silent = new ListenerRig(new ListenerSetup().withoutRejects());
        RawClient five = silent.client().connect5("c", true);
        RawClient three = rig.client().connect4("c", true)) {
      silent.shelf.receipt(new Inbox.Receipt(1, 0, 0, List.of(bad)));
      five.read(CONNACK);
      assertThat(five.publish5(4, 7, "t", "a").read(PUBREC).reason()).isZero();
      assertThat(five.publish5(4, 7, "t", "a").read(PUBREC).reason()).isZero();
      five.pubrel(7).read(PUBCOMP);
      assertThat(silent.shelf.texts()).containsExactly("a");

      rig.shelf.receipt(new Inbox.Receipt(1, 0, 0, List.of(bad)));
      three.read(CONNACK);
      three.publish(4, 7, "t", "a").read(PUBREC);
      three.publish(4, 7, "t", "a").read(PUBREC);
      three.pubrel(7).read(PUBCOMP);
      three.publish(4, 7, "t", "a").read(PUBREC);
      assertThat(rig.shelf.texts()).containsExactly("a", "a");
    }
  }

  // ---- MQTT 3.1

  /** MQTT 3.1, 2.1: there DUP is set too when one of these is sent again. */
  @Test
  void clientsOfMqtt31SayOfOtherPacketsTooThatTheySendThemAgain() throws Exception {
    try (RawClient raw = connected31()) {
      raw.publish(4, 7, "t", "a").read(PUBREC);
      assertThat(raw.send(0x6A, RawClient.bytes((short) 7)).read(PUBCOMP).u16(0)).isEqualTo(7);
      byte[] subscribe = RawClient.bytes((short) 8, COMMANDS, 1);
      assertThat(raw.send(0x8A, subscribe).read(SUBACK).body()).containsExactly(0, 8, 0);
      byte[] unsubscribe = RawClient.bytes((short) 9, COMMANDS);
      assertThat(raw.send(0xAA, unsubscribe).read(UNSUBACK).body()).containsExactly(0, 9);
    }
    assertThat(rig.shelf.texts()).containsExactly("a");
  }

  /** MQTT-2.2.2-2 of MQTT 3.1.1. */
  @ParameterizedTest
  @ValueSource(ints = {0x60, 0x61, 0x63, 0x66, 0x6A, 0x6E})
  void inLaterVersionsNoOtherFlagsOfAReleaseAreAllowed(int first) throws Exception {
    try (RawClient raw = rig.client().connect4("c", true)) {
      raw.read(CONNACK);
      raw.publish(4, 7, "t", "a").read(PUBREC);
      assertThat(raw.send(first, RawClient.bytes((short) 7)).isClosed()).isTrue();
    }
  }

  // ---- SUBSCRIBE

  /** MQTT-3.8.4-1 of MQTT 3.1.1, to which shared subscriptions are filters as others. */
  @Test
  void whatIsNoSharedSubscriptionInMqtt5IsAFilterInEarlierVersions() throws Exception {
    try (RawClient raw = rig.client().connect4("c", true)) {
      raw.read(CONNACK);
      byte[] subscribe = RawClient.bytes((short) 3, "$share/g", 1, "$share/g/t", 0);
      assertThat(raw.send(0x82, subscribe).read(SUBACK).body()).containsExactly(0, 3, 0x80, 0x80);
    }
  }

  /** MQTT-3.3.1-9 to MQTT-3.3.1-11. */
  @Test
  void aClientThatWantsNoRetainedMessageGetsNoState() throws Exception {
    int never = 0x20;
    int once = 0x10;
    try (RawClient raw = connected5()) {
      subscribe(raw, STATE, never);
      raw.ping().read(PINGRESP);
      subscribe(raw, STATE, once); // it is there already
      raw.ping().read(PINGRESP);
      subscribe(raw, STATE, 0);
      assertThat(raw.read(PUBLISH).first()).isEqualTo(0x31);
      raw.send(0xA2, RawClient.bytes((short) 2, 0, STATE)).read(UNSUBACK);
      subscribe(raw, STATE, once);
      assertThat(raw.read(PUBLISH).text()).contains(STATE);
      raw.ping().read(PINGRESP);
    }
  }

  private static void subscribe(RawClient raw, String filter, int options) throws IOException {
    byte[] packet = RawClient.bytes((short) 1, 0, filter, options);
    assertThat(raw.send(0x82, packet).read(SUBACK).u8(3)).isZero();
  }

  /**
   * MQTT-3.3.4-3: what is delivered would have to carry it, and the CONNACK says that it cannot.
   */
  @Test
  void aSubscriptionWithAnIdentifierIsNotGranted() throws Exception {
    try (RawClient raw = connected5()) {
      byte[] packet = RawClient.bytes((short) 1, 2, 0x0B, 5, COMMANDS, 0, STATE, 0, "other", 0);
      assertThat(raw.send(0x82, packet).read(SUBACK).body())
          .containsExactly(0, 1, 0, 0xA1, 0xA1, 0x87);
      rig.listener.publish(COMMANDS, new byte[] {'r'});
      raw.ping().read(PINGRESP);
      subscribe(raw, COMMANDS, 0);
      await()
          .untilAsserted(() -> assertThat(rig.listener.sessions.subscribers(COMMANDS)).hasSize(1));
    }
  }
}
