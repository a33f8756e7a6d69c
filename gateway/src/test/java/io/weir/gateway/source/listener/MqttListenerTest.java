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
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.KnownSessions;
import io.weir.gateway.source.Shelf;
import io.weir.sim.mqtt.Publisher;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client sees of the listener, packet by packet. */
class MqttListenerTest {

  private ListenerRig rig = new ListenerRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private RawClient connected5(String client, boolean fresh, int expirySeconds) throws Exception {
    RawClient raw = rig.client().connect5(client, fresh, RawClient.expiry(expirySeconds));
    assertThat(raw.read(CONNACK).u8(1)).isZero();
    return raw;
  }

  private static Inbox.Receipt rejected(int received, int rejected) {
    Rejected one = new Rejected(Reason.MALFORMED, "not JSON");
    return new Inbox.Receipt(
        received, received - rejected, 0, java.util.Collections.nCopies(rejected, one));
  }

  // ---- Acknowledged is durable

  @Test
  void everyVersionIsAcknowledgedOnlyAfterTheSync() throws Exception {
    rig.shelf.mode(Shelf.Mode.HOLD);
    for (String name : List.of("MQIsdp", "MQTT", "MQTT5")) {
      try (RawClient raw = rig.client()) {
        if (name.equals("MQTT5")) {
          raw.connect5("c5", true);
        } else {
          int level = name.equals("MQTT") ? 4 : 3;
          raw.send(0x10, RawClient.bytes(name, level, 2, (short) 60, "c" + level));
        }
        raw.read(CONNACK);
        if (name.equals("MQTT5")) {
          raw.publish5(2, 7, "a/b", "1");
        } else {
          raw.publish(2, 7, "a/b", "1");
        }
        raw.ping();
        raw.read(PINGRESP); // nothing came before it
        rig.shelf.settle();
        RawClient.Packet ack = raw.read(PUBACK);
        assertThat(ack.u16(0)).isEqualTo(7);
        assertThat(ack.body()).hasSize(2);
      }
    }
    assertThat(rig.shelf.texts()).containsExactly("1", "1", "1");
  }

  @Test
  void answersKeepTheOrderOfTheMessages() throws Exception {
    rig.shelf.mode(Shelf.Mode.HOLD);
    try (RawClient raw = connected5("c", true, 0)) {
      raw.publish5(2, 1, "t", "a").publish5(4, 2, "t", "b").publish5(2, 3, "t", "c");
      await().until(() -> rig.shelf.taken().size() == 3);
      rig.shelf.settleLast();
      rig.shelf.awaitSettled(); // what it answers to that comes before the ping's answer
      raw.ping();
      raw.read(PINGRESP);
      rig.shelf.settle();
      assertThat(raw.read(PUBACK).u16(0)).isEqualTo(1);
      assertThat(raw.read(PUBREC).u16(0)).isEqualTo(2);
      assertThat(raw.read(PUBACK).u16(0)).isEqualTo(3);
    }
  }

  @Test
  void whereTheLogIsFullNothingIsAnsweredOrRefusedAndAllComesOnceThereIsRoom() throws Exception {
    rig.shelf.mode(Shelf.Mode.NO_ROOM);
    try (RawClient raw = connected5("c", true, 0)) {
      raw.publish5(2, 1, "t", "a").publish5(0, 0, "t", "b").publish5(2, 2, "t", "c");
      await().until(() -> rig.shelf.offers() > 2);
      rig.shelf.mode(Shelf.Mode.DURABLE);
      assertThat(raw.read(PUBACK).u16(0)).isEqualTo(1);
      assertThat(raw.read(PUBACK).u16(0)).isEqualTo(2);
    }
    assertThat(rig.shelf.texts()).containsExactly("a", "b", "c");
    assertThat(rig.shelf.refused()).isEmpty();
  }

  @Test
  void aDeviceWhoseMessageCannotBeReadYetHoldsNoOther() throws Exception {
    rig.shelf.notYet("a");
    try (RawClient one = connected5("one", true, 0);
        RawClient other = connected5("other", true, 0)) {
      one.publish5(2, 1, "t", "a").publish5(2, 2, "t", "b");
      await().until(() -> rig.shelf.offers() > 2);
      other.publish5(2, 1, "t", "c");
      assertThat(other.read(PUBACK).u16(0)).isEqualTo(1);
      rig.shelf.notYet("");
      assertThat(one.read(PUBACK).u16(0)).isEqualTo(1);
      assertThat(one.read(PUBACK).u16(0)).isEqualTo(2);
    }
    assertThat(rig.shelf.texts()).containsExactly("c", "a", "b");
    assertThat(rig.shelf.refused()).isEmpty();
  }

  @Test
  void afterAFailedSyncAllIsOfferedAgainInOrder() throws Exception {
    rig.shelf.mode(Shelf.Mode.HOLD);
    try (RawClient raw = connected5("c", true, 0)) {
      raw.publish5(2, 1, "t", "a").publish5(2, 2, "t", "b").publish5(0, 0, "t", "c");
      await().until(() -> rig.shelf.taken().size() == 3);
      rig.shelf.mode(Shelf.Mode.DURABLE);
      rig.shelf.failAll();
      assertThat(raw.read(PUBACK).u16(0)).isEqualTo(1);
      assertThat(raw.read(PUBACK).u16(0)).isEqualTo(2);
      await()
          .untilAsserted(
              () -> assertThat(rig.shelf.texts()).containsExactly("a", "b", "c", "a", "b", "c"));
    }
  }

  @Test
  void aRetainedMessageIsLive() throws Exception {
    try (RawClient raw = connected5("c", true, 0)) {
      raw.publish5(3, 1, "t", "a").read(PUBACK);
    }
    assertThat(rig.shelf.taken().get(0).retained()).isFalse();
  }

  @Test
  void whereNobodyLogsInATopicMayBeginWithADollarToo() throws Exception {
    try (RawClient raw = connected5("c", true, 0)) {
      assertThat(raw.publish5(2, 1, "$aws/rules/a", "x").read(PUBACK).reason()).isZero();
    }
  }

  // ---- What the quarantine means to a sender

  @Test
  void aMessageThatGoesWholeToTheQuarantineIsAnsweredWithItsReason() throws Exception {
    rig.shelf.receipt(rejected(1, 1));
    try (RawClient raw = connected5("c", true, 0)) {
      RawClient.Packet ack = raw.publish5(2, 1, "t", "x").read(PUBACK);
      assertThat(ack.reason()).isEqualTo(0x83);
      assertThat(ack.text()).contains("not JSON");
      RawClient.Packet rec = raw.publish5(4, 2, "t", "x").read(PUBREC);
      assertThat(rec.reason()).isEqualTo(0x83);
      rig.shelf.receipt(rejected(3, 1));
      RawClient.Packet part = raw.publish5(2, 3, "t", "x").read(PUBACK);
      assertThat(part.reason()).isZero();
      assertThat(part.text()).contains("1 of 3 in quarantine");
    }
  }

  @Test
  void theSimulatorKnowsWhichOfItsMessagesAreInTheQuarantine() throws Exception {
    rig.shelf.receipt(rejected(1, 1));
    Publisher.Options to = Publisher.Options.of("tcp://127.0.0.1:" + rig.listener.port());
    try (Publisher publisher = new Publisher(to)) {
      publisher.publish("t", new byte[] {'x'});
      assertThat(publisher.drain(Duration.ofSeconds(30))).isFalse();
      assertThat(publisher.quarantined()).isEqualTo(1);
    }
  }

  @Test
  void aRefusedMessageOfQos2FreesItsPacketId() throws Exception {
    rig.shelf.receipt(rejected(1, 1));
    try (RawClient raw = connected5("c", true, 0)) {
      raw.publish5(4, 2, "t", "bad").read(PUBREC);
      rig.shelf.receipt(new Inbox.Receipt(1, 1, 0, List.of()));
      assertThat(raw.publish5(4, 2, "t", "good").read(PUBREC).reason()).isZero();
    }
    assertThat(rig.shelf.texts()).containsExactly("bad", "good");
  }

  // ---- Exactly once

  @Test
  void aMessageOfQos2IsTakenOnceUntilItIsReleased() throws Exception {
    try (RawClient raw = connected5("c", false, 100)) {
      raw.publish5(4, 9, "t", "a").read(PUBREC);
      raw.publish5(12, 9, "t", "a").read(PUBREC);
      assertThat(raw.pubrel(9).read(PUBCOMP).reason()).isZero();
      assertThat(raw.pubrel(9).read(PUBCOMP).reason()).isZero();
      raw.publish5(4, 9, "t", "a").read(PUBREC);
    }
    assertThat(rig.shelf.texts()).containsExactly("a", "a");
    assertThat(rig.shelf.notes())
        .extracting(SessionEvent::kind)
        .containsSubsequence(SessionEvent.Kind.OPENED, SessionEvent.Kind.RELEASED);
  }

  /** As of a device that was switched off before its PUBREL, and counts from 1 again. */
  @Test
  void anotherMessageWithAnIdThatIsNotReleasedIsTaken() throws Exception {
    try (RawClient raw = connected5("c", false, 100)) {
      raw.publish5(4, 1, "t", "a").read(PUBREC);
    }
    try (RawClient raw = rig.client().connect5("c", false, RawClient.expiry(100))) {
      assertThat(raw.read(CONNACK).u8(0)).isEqualTo(1);
      raw.publish5(4, 1, "t", "b").read(PUBREC);
      raw.publish5(12, 1, "t", "b").read(PUBREC);
      raw.publish5(4, 1, "of another topic", "b").read(PUBREC);
      raw.pubrel(1).read(PUBCOMP);
      raw.publish5(4, 1, "t", "b").read(PUBREC);
    }
    assertThat(rig.shelf.texts()).containsExactly("a", "b", "b", "b");
  }

  @Test
  void anotherMessageTakesThePlaceOfOneThatIsRefusedOnlyAfterwards() throws Exception {
    rig.shelf.receipt(rejected(1, 1));
    rig.shelf.mode(Shelf.Mode.HOLD);
    try (RawClient raw = rig.client().connect5("c", true)) {
      raw.read(CONNACK);
      raw.publish5(4, 1, "t", "bad").publish5(4, 1, "t", "another");
      await().until(() -> rig.shelf.taken().size() == 2);
      rig.shelf.settle();
      assertThat(raw.read(PUBREC).reason()).isEqualTo(0x83);
      assertThat(raw.read(PUBREC).reason()).isEqualTo(0x83);
      raw.publish5(12, 1, "t", "another").read(PUBREC);
    }
    assertThat(rig.shelf.texts()).containsExactly("bad", "another");
  }

  @Test
  void aMessageOfQos2IsTakenOnceAlsoOverAConnectionThatBreaksBeforeTheSync() throws Exception {
    rig.shelf.mode(Shelf.Mode.HOLD);
    RawClient first = rig.client().connect5("c", false, RawClient.expiry(100));
    await().until(() -> rig.shelf.notes().size() == 1);
    rig.shelf.settle();
    first.read(CONNACK);
    first.publish5(4, 9, "t", "a").publish5(2, 10, "t", "b");
    await().until(() -> rig.shelf.taken().size() == 2);
    first.close();
    try (RawClient again = rig.client().connect5("c", false, RawClient.expiry(100))) {
      assertThat(again.read(CONNACK).u8(0)).isEqualTo(1);
      again.publish5(12, 9, "t", "a").publish5(10, 10, "t", "b");
      again.ping();
      again.read(PINGRESP);
      rig.shelf.settle();
      assertThat(again.read(PUBREC).u16(0)).isEqualTo(9);
      assertThat(again.read(PUBACK).u16(0)).isEqualTo(10);
    }
    assertThat(rig.shelf.texts()).containsExactly("a", "b");
  }

  @Test
  void whatWasHeldBeforeARestartIsNotTakenAgain() throws Exception {
    rig.close();
    Map<Integer, Long> held =
        Map.of(
            9, Exchange.content("t", "a".getBytes(UTF_8)),
            10, KnownSessions.Session.UNKNOWN,
            11, Exchange.content("t", "c".getBytes(UTF_8)));
    Map<Integer, Long> refused = Map.of(8, Exchange.content("t", "bad".getBytes(UTF_8)));
    KnownSessions known =
        new KnownSessions(5, List.of(new KnownSessions.Session(5, "c", 1000, held, refused)));
    rig = new ListenerRig(ListenerRig.CONFIG, known);
    try (RawClient raw = rig.client().connect5("c", false, RawClient.expiry(1000))) {
      assertThat(raw.read(CONNACK).u8(0)).isEqualTo(1);
      raw.publish5(12, 9, "t", "a").read(PUBREC);
      raw.publish5(12, 10, "t", "b").read(PUBREC);
      raw.publish5(4, 11, "t", "of a client without memory").read(PUBREC);
      assertThat(raw.publish5(12, 8, "t", "bad").read(PUBREC).reason()).isEqualTo(0x83);
      raw.publish5(4, 8, "t", "another").read(PUBREC);
      raw.pubrel(9).read(PUBCOMP);
    }
    assertThat(rig.shelf.texts()).containsExactly("of a client without memory", "another");
  }

  @Test
  void aSessionFromBeforeARestartIsKeptNoLongerThanIsConfiguredNow() throws Exception {
    rig.close();
    KnownSessions known =
        new KnownSessions(5, List.of(new KnownSessions.Session(5, "c", 1000, Map.of(), Map.of())));
    rig = new ListenerRig(new ListenerSetup().sessionExpiry(Duration.ofSeconds(1)).config(), known);
    await().until(() -> rig.listener.sessions.size() == 0);
    assertThat(rig.shelf.notes()).containsExactly(SessionEvent.ended(5));
  }

  /** What a client says in the end holds until it connects again. */
  @Test
  void whatAClientAsksForWhenItIsBackIsWhatARestartFinds() throws Exception {
    try (RawClient first = connected5("c", false, 100)) {
      first.send(0xE0, RawClient.bytes(0, 5, RawClient.expiry(50)));
      assertThat(first.isClosed()).isTrue();
    }
    try (RawClient again = connected5("c", false, 1000)) {
      again.ping().read(PINGRESP);
    }
    Thread.sleep(1500); // what ends and changes is reported each second
    assertThat(rig.shelf.notes()).last().isEqualTo(SessionEvent.opened(1, "c", 1000));
  }

  /** What a client has sent meanwhile is read first; a loop with many connections takes a while. */
  @Test
  void silenceCountsFromWhenAConnectionIsReadAgain() throws Exception {
    try (RawClient raw =
        rig.client().send(0x10, RawClient.bytes("MQTT", 4, 2, (short) 2, "patient"))) {
      raw.read(CONNACK);
      rig.shelf.mode(Shelf.Mode.NO_ROOM);
      raw.publish(2, 1, "t", "waits");
      Thread.sleep(2500);
      rig.shelf.mode(Shelf.Mode.DURABLE); // half a second before the time of the silence is over
      raw.read(PUBACK);
      Thread.sleep(1500);
      raw.ping().read(PINGRESP);
    }
  }

  /** The client sends without a pause, and Mosquitto too waits for the rest. */
  @Test
  void aLongPacketOnASlowLineIsNoSilence() throws Exception {
    byte[] connect = RawClient.bytes("MQTT", 4, 2, (short) 1, "slow");
    byte[] publish = RawClient.packet(0x32, RawClient.bytes("t", (short) 1, new byte[40 << 10]));
    try (RawClient slow = rig.client().send(0x10, connect)) {
      slow.read(CONNACK);
      int part = publish.length / 12 + 1;
      for (int from = 0; from < publish.length; from += part) {
        slow.send(Arrays.copyOfRange(publish, from, Math.min(publish.length, from + part)));
        Thread.sleep(250);
      }
      assertThat(slow.read(PUBACK).u16(0)).isEqualTo(1);
    }
  }

  /** The gateway starts again, and knows that it refused "bad" of the client c with the id 8. */
  private void restartedWithRefused8() throws Exception {
    rig.close();
    Map<Integer, Long> refused = Map.of(8, Exchange.content("t", "bad".getBytes(UTF_8)));
    KnownSessions known =
        new KnownSessions(5, List.of(new KnownSessions.Session(5, "c", 1000, Map.of(), refused)));
    rig = new ListenerRig(ListenerRig.CONFIG, known);
  }

  @Test
  void theIdOfARefusedMessageIsFreeForAnotherOneAlsoOverARestart() throws Exception {
    restartedWithRefused8();
    try (RawClient raw = rig.client().connect5("c", false, RawClient.expiry(1000))) {
      raw.read(CONNACK);
      // It was sent before the gateway was killed, and may have been lost with it.
      assertThat(raw.publish5(12, 8, "t", "good").read(PUBREC).reason()).isZero();
    }
    assertThat(rig.shelf.texts()).containsExactly("good");
  }

  /** No answer has told it that its message was refused, so its packet id is not free. */
  @Test
  void aRefusedMessageOfMqtt3IsNotTakenAgainOverARestart() throws Exception {
    restartedWithRefused8();
    try (RawClient raw = rig.client().send(0x10, RawClient.bytes("MQTT", 4, 0, (short) 0, "c"))) {
      assertThat(raw.read(CONNACK).u8(0)).isEqualTo(1);
      raw.publish(4, 8, "t", "bad").read(PUBREC);
      raw.publish(4, 8, "t", "of a client without memory").read(PUBREC);
      raw.pubrel(8).read(PUBCOMP);
    }
    assertThat(rig.shelf.texts()).containsExactly("of a client without memory");
  }

  @Test
  void ofRefusedMessagesNoMoreAreKeptThanTheClientMayStillSendAgain() throws Exception {
    rig.shelf.receipt(rejected(1, 1));
    try (RawClient raw = connected5("c", false, 100)) {
      for (int id = 1; id <= 12; id++) { // the Receive Maximum is 10
        raw.publish5(4, id, "t", "bad").read(PUBREC);
      }
      raw.ping();
      raw.read(PINGRESP);
      assertThat(rig.shelf.notes())
          .filteredOn(each -> each.kind() == SessionEvent.Kind.RELEASED)
          .extracting(SessionEvent::packetId)
          .containsExactly(1, 2);
      assertThat(raw.publish5(12, 3, "t", "bad").read(PUBREC).reason()).isEqualTo(0x83);
    }
    assertThat(rig.shelf.texts()).hasSize(12);
  }

  @Test
  void aFreshSessionEndsWhatWasHeldBeforeItIsAccepted() throws Exception {
    try (RawClient raw = connected5("c", false, 100)) {
      raw.publish5(4, 9, "t", "a").read(PUBREC);
    }
    try (RawClient raw = rig.client().connect5("c", true, RawClient.expiry(100))) {
      assertThat(raw.read(CONNACK).u8(0)).isZero();
      assertThat(rig.shelf.notes())
          .extracting(SessionEvent::kind)
          .containsExactly(
              SessionEvent.Kind.OPENED, SessionEvent.Kind.ENDED, SessionEvent.Kind.OPENED);
      raw.publish5(4, 9, "t", "b").read(PUBREC);
    }
    assertThat(rig.shelf.texts()).containsExactly("a", "b");
  }

  // ---- Sessions

  @Test
  void aNewerConnectionTakesTheSessionOver() throws Exception {
    try (RawClient first = connected5("c", false, 100);
        RawClient second = rig.client().connect5("c", false, RawClient.expiry(100))) {
      RawClient.Packet bye = first.read(DISCONNECT);
      assertThat(bye.u8(0)).isEqualTo(0x8E);
      assertThat(second.read(CONNACK).u8(0)).isEqualTo(1);
    }
  }

  @Test
  void aSessionThatNoConnectionWasToldOfIsNotResumed() throws Exception {
    rig.shelf.mode(Shelf.Mode.NO_ROOM);
    RawClient first = rig.client().connect5("c", false, RawClient.expiry(100));
    await().until(() -> rig.listener.status().unacknowledged() == 1);
    first.close();
    await().until(() -> rig.listener.status().unacknowledged() == 0);
    rig.shelf.mode(Shelf.Mode.DURABLE);
    try (RawClient again = rig.client().connect5("c", false, RawClient.expiry(100))) {
      assertThat(again.read(CONNACK).u8(0)).isZero();
    }
  }

  @Test
  void aSessionOfVersion311IsKeptWhereItIsNotClean() throws Exception {
    try (RawClient raw = rig.client().connect4("c4", false)) {
      assertThat(raw.read(CONNACK).u8(0)).isZero();
    }
    try (RawClient raw = rig.client().connect4("c4", false)) {
      assertThat(raw.read(CONNACK).u8(0)).isEqualTo(1);
    }
    try (RawClient raw = rig.client().connect4("c4", true)) {
      assertThat(raw.read(CONNACK).u8(0)).isZero();
    }
    await()
        .untilAsserted(
            () ->
                assertThat(rig.shelf.notes().get(rig.shelf.notes().size() - 1).kind())
                    .isEqualTo(SessionEvent.Kind.ENDED));
  }

  // ---- Wills

  @Test
  void theWillOfABrokenConnectionIsAMessage() throws Exception {
    byte[] will = RawClient.bytes(0, "line/state", "DEAD");
    rig.client().send(0x10, RawClient.bytes("MQTT", 5, 0x26, (short) 60, 0, "w", will)).close();
    await().untilAsserted(() -> assertThat(rig.shelf.texts()).containsExactly("DEAD"));
    assertThat(rig.shelf.taken().get(0).topic()).isEqualTo("line/state");
    try (RawClient polite =
        rig.client().send(0x10, RawClient.bytes("MQTT", 5, 0x26, (short) 60, 0, "p", will))) {
      polite.read(CONNACK);
      polite.send(0xE0, new byte[0]);
      assertThat(polite.isClosed()).isTrue();
    }
    try (RawClient asks =
        rig.client().send(0x10, RawClient.bytes("MQTT", 5, 0x26, (short) 60, 0, "q", will))) {
      asks.read(CONNACK);
      asks.send(0xE0, RawClient.bytes(4));
      assertThat(asks.isClosed()).isTrue();
    }
    try (RawClient fails =
        rig.client().send(0x10, RawClient.bytes("MQTT", 5, 0x26, (short) 60, 0, "f", will))) {
      fails.read(CONNACK);
      fails.send(0xE0, RawClient.bytes(0x80));
      assertThat(fails.isClosed()).isTrue();
    }
    await()
        .untilAsserted(() -> assertThat(rig.shelf.texts()).containsExactly("DEAD", "DEAD", "DEAD"));
  }

  @Test
  void aDelayedWillIsNotSentWhereTheSessionIsResumedInTime() throws Exception {
    byte[] delayed = RawClient.bytes(5, 0x18, (short) 0, (short) 60, "line/state", "DEAD");
    byte[] connect =
        RawClient.bytes("MQTT", 5, 0x24, (short) 60, 5, RawClient.expiry(100), "w", delayed);
    try (RawClient first = rig.client().send(0x10, connect)) {
      first.read(CONNACK);
    }
    try (RawClient resumed = connected5("w", false, 100)) {
      resumed.send(0xE0, new byte[0]);
      assertThat(resumed.isClosed()).isTrue();
    }
    try (RawClient second = rig.client().send(0x10, connect)) {
      second.read(CONNACK);
    }
    assertThat(rig.shelf.texts()).isEmpty();
    try (RawClient fresh = rig.client().connect5("w", true)) { // ends the session, and the delay
      fresh.read(CONNACK);
    }
    await().untilAsserted(() -> assertThat(rig.shelf.texts()).containsExactly("DEAD"));
  }

  /** The connection ends, and the client has not said goodbye (MQTT 5, 3.1.2.5). */
  @Test
  void aStopIsNoGoodbyeOfTheClient() throws Exception {
    byte[] will = RawClient.bytes(0, "line/state", "DEAD");
    byte[] connect = RawClient.bytes("MQTT", 5, 0x26, (short) 60, 0, "w", will);
    byte[] old = RawClient.bytes("MQTT", 4, 0x26, (short) 60, "o", "line/state", "GONE");
    byte[] delayed = RawClient.bytes(5, 0x18, (short) 0, (short) 60, "line/state", "LATER");
    byte[] kept =
        RawClient.bytes("MQTT", 5, 0x26, (short) 60, 5, RawClient.expiry(100), "d", delayed);
    try (RawClient five = rig.client().send(0x10, connect);
        RawClient four = rig.client().send(0x10, old);
        RawClient waits = rig.client().send(0x10, kept)) {
      five.read(CONNACK);
      four.read(CONNACK);
      waits.read(CONNACK);
      rig.listener.close();
      assertThat(five.read(DISCONNECT).u8(0)).isEqualTo(0x8B);
    }
    assertThat(rig.shelf.texts()).containsExactlyInAnyOrder("DEAD", "GONE");
  }

  /** Its client is gone already, and after a start nobody would know of it. */
  @Test
  void aStopSendsTheWillWhoseDelayRunsAlready() throws Exception {
    byte[] delayed = RawClient.bytes(5, 0x18, (short) 0, (short) 60, "line/state", "LATER");
    byte[] kept =
        RawClient.bytes("MQTT", 5, 0x26, (short) 60, 5, RawClient.expiry(100), "d", delayed);
    try (RawClient gone = rig.client().send(0x10, kept)) {
      gone.read(CONNACK);
    }
    await().until(() -> rig.meters.get("weir.source.connections").gauge().value() == 0);
    rig.listener.close();
    assertThat(rig.shelf.texts()).containsExactly("LATER");
  }

  @Test
  void whereTheLogTakesNoWillAStopIsNotHeldUp() throws Exception {
    byte[] old = RawClient.bytes("MQTT", 4, 0x26, (short) 60, "o", "line/state", "GONE");
    try (RawClient four = rig.client().send(0x10, old)) {
      four.read(CONNACK);
      rig.shelf.mode(Shelf.Mode.NO_ROOM);
      long from = System.nanoTime();
      rig.listener.close();
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(10));
    }
    assertThat(rig.shelf.texts()).isEmpty();
  }

  // ---- Limits of MQTT 5

  /**
   * Some clients for the ESP32 do so, and bridges. What they were allowed to send is answered
   * first: ended at once, they would send all of it again, and never get further.
   */
  @Test
  void moreThanTheReceiveMaximumEndsTheConnectionOnceWhatCameBeforeIsAnswered() throws Exception {
    rig.shelf.mode(Shelf.Mode.HOLD);
    try (RawClient raw = connected5("c", true, 0)) {
      for (int id = 1; id <= 30; id++) {
        raw.publish5(2, id, "t", "x");
      }
      await().until(() -> rig.shelf.taken().size() == 10); // the Receive Maximum is 10
      rig.shelf.settle();
      for (int id = 1; id <= 10; id++) {
        assertThat(raw.read(PUBACK).u16(0)).isEqualTo(id);
      }
      assertThat(raw.read(DISCONNECT).u8(0)).isEqualTo(0x93);
    }
    assertThat(rig.shelf.taken()).hasSize(10);
  }

  @Test
  void whatIsNotReleasedCountsAgainstTheReceiveMaximum() throws Exception {
    try (RawClient raw = connected5("c", true, 0)) {
      for (int id = 1; id <= 11; id++) {
        raw.publish5(4, id, "t", "x");
      }
      for (int id = 1; id <= 10; id++) {
        assertThat(raw.read(PUBREC).u16(0)).isEqualTo(id);
      }
      assertThat(raw.read(DISCONNECT).u8(0)).isEqualTo(0x93);
    }
  }

  /** A client that sends all of it again would else never get further. */
  @Test
  void whatCameBeforeAPacketThatEndsTheConnectionIsAnsweredFirst() throws Exception {
    rig.shelf.mode(Shelf.Mode.HOLD);
    try (RawClient five = connected5("c5", true, 0);
        RawClient three = rig.client().connect4("c3", true)) {
      three.read(CONNACK);
      five.publish5(2, 1, "t", "a")
          .publish5(2, 2, "t", "x".repeat(70_000))
          .publish5(2, 3, "t", "b");
      three.publish(2, 1, "t", "a").publish(2, 2, "t", "x".repeat(70_000)).publish(2, 3, "t", "b");
      await().until(() -> rig.shelf.taken().size() == 2);
      rig.shelf.settle();
      assertThat(five.read(PUBACK).u16(0)).isEqualTo(1);
      assertThat(five.read(DISCONNECT).u8(0)).isEqualTo(0x95);
      assertThat(three.read(PUBACK).u16(0)).isEqualTo(1);
      assertThat(three.isClosed()).isTrue();
    }
    assertThat(rig.shelf.texts()).containsExactly("a", "a");
  }

  @Test
  void topicAliasesStandForTheirTopics() throws Exception {
    try (RawClient raw = connected5("c", true, 0)) {
      raw.send(0x32, RawClient.bytes("a/b", (short) 1, 3, 0x23, (short) 5, new byte[] {'1'}))
          .read(PUBACK);
      raw.send(0x32, RawClient.bytes("", (short) 2, 3, 0x23, (short) 5, new byte[] {'2'}))
          .read(PUBACK);
      raw.send(0x32, RawClient.bytes("", (short) 3, 3, 0x23, (short) 99, new byte[] {'3'}));
      assertThat(raw.read(DISCONNECT).u8(0)).isEqualTo(0x94);
    }
    assertThat(rig.shelf.taken()).extracting("topic").containsExactly("a/b", "a/b");
  }

  /** In the form of MQTT 5, which has the length of properties behind the code. */
  private static void assertRefused(RawClient raw, int code) throws IOException {
    RawClient.Packet refusal = raw.read(CONNACK);
    assertThat(refusal.u8(1)).isEqualTo(code);
    assertThat(refusal.body().length).as("%s", refusal).isGreaterThan(2);
    assertThat(refusal.u8(2)).isEqualTo(refusal.body().length - 3);
    assertThat(raw.isClosed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "11 00000001 11 00000001, 82", // the session expiry twice
    "21 0000, 82", // a Receive Maximum of 0
    "27 00000000, 82", // a Maximum Packet Size of 0
    "17 02, 82", // Request Problem Information is neither 0 nor 1
    "24 01, 82", // Maximum QoS is of a CONNACK
    "16 0001 70, 82", // authentication data without a method
    "15 0001 70, 8C", // no method of authentication is known
    "21 01, 81", // ends in the middle of a number
    "7F 01, 81", // no property
  })
  void whatIsWrongInThePropertiesOfAConnectIsAnswered(String properties, String code)
      throws Exception {
    byte[] bytes = HexFormat.of().parseHex(properties.replace(" ", ""));
    try (RawClient raw = rig.client().connect5("c", true, bytes)) {
      assertRefused(raw, Integer.parseInt(code, 16));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "08 0000, 82", // an empty response topic
    "08 0001 23, 82", // a response topic with a wildcard
    "01 02, 82", // the payload's format is neither 0 nor 1
    "21 0001, 82", // a Receive Maximum is of the connection
    "18 0000, 81", // ends in the middle of a number
  })
  void whatIsWrongInThePropertiesOfAWillIsAnswered(String properties, String code)
      throws Exception {
    byte[] will = HexFormat.of().parseHex(properties.replace(" ", ""));
    byte[] connect =
        RawClient.bytes("MQTT", 5, 6, (short) 60, 0, "c", will.length, will, "left", "gone");
    try (RawClient raw = rig.client().send(0x10, connect)) {
      assertRefused(raw, Integer.parseInt(code, 16));
    }
    assertThat(rig.shelf.taken()).isEmpty();
  }

  @Test
  void aPacketAboveTheLargestIsRefusedByItsReason() throws Exception {
    try (RawClient raw = connected5("c", true, 0)) {
      raw.send(0x30, new byte[70_000]);
      assertThat(raw.read(DISCONNECT).u8(0)).isEqualTo(0x95);
    }
  }

  /** By the version in its beginning, whether that comes at once or byte by byte. */
  @ParameterizedTest
  @CsvSource({"5, 95, true", "5, 95, false", "4, 3, false", "6, 1, false"})
  void aConnectAboveTheLargestPacketIsRefusedInTheFormOfItsVersion(
      int version, String code, boolean inPieces) throws Exception {
    byte[] connect =
        RawClient.packet(0x10, RawClient.bytes("MQTT", version, 2, (short) 60, new byte[70_000]));
    try (RawClient raw = rig.client()) {
      if (inPieces) { // no more than up to the version: behind it the connection may be closed
        for (int i = 0; i < 11; i++) {
          raw.send(new byte[] {connect[i]});
        }
      } else {
        raw.send(java.util.Arrays.copyOf(connect, 1000));
      }
      if (version == 5) {
        assertRefused(raw, Integer.parseInt(code, 16));
      } else {
        assertThat(raw.read(CONNACK).body()).containsExactly(0, Integer.parseInt(code, 16));
        assertThat(raw.isClosed()).isTrue();
      }
    }
  }

  @Test
  void whatIsNoConnectOfMqttAndTooLongIsNotAnswered() throws Exception {
    byte[] other = RawClient.packet(0x10, RawClient.bytes("HTTP", 5, new byte[70_000]));
    try (RawClient raw = rig.client().send(java.util.Arrays.copyOf(other, 100))) {
      assertThat(raw.isClosed()).isTrue();
    }
  }

  // ---- Subscriptions

  /** MQTT 5, 3.1.2.11.4: it is not sent, and all goes on as if it had been. */
  @Test
  void anAnswerLargerThanTheClientTakesIsNotSent() throws Exception {
    byte[] most = RawClient.bytes(0x27, (short) 0, (short) 20);
    try (RawClient raw = rig.client().connect5("c", true, most)) {
      assertThat(raw.read(CONNACK).u8(1)).isZero();
      raw.send(0x82, filters(15, 1)).read(SUBACK);
      raw.send(0x82, filters(16, 1)).ping().read(PINGRESP);
      raw.send(0x82, filters(200, 1)).ping().read(PINGRESP);
      raw.send(0xA2, filters(15)).read(UNSUBACK);
      raw.send(0xA2, filters(16)).ping().read(PINGRESP);
    }
  }

  /** Packet id, no properties, and so many filters. */
  private static byte[] filters(int count, Object... options) {
    byte[] all = RawClient.bytes((short) 7, 0);
    for (int i = 0; i < count; i++) {
      all = RawClient.bytes(all, "x/" + i, RawClient.bytes(options));
    }
    return all;
  }

  @Test
  void onlyCommandsOfASparkplugNodeCanBeSubscribed() throws Exception {
    try (RawClient raw = connected5("c", true, 0)) {
      assertThat(raw.subscribe5(1, "#").read(SUBACK).u8(3)).isEqualTo(0x87);
      assertThat(raw.subscribe5(2, "spBv1.0/+/NCMD/+").read(SUBACK).u8(3)).isEqualTo(0x87);
      assertThat(raw.subscribe5(3, "$share/g/a").read(SUBACK).u8(3)).isEqualTo(0x9E);
      assertThat(raw.subscribe5(4, "spBv1.0/g/NCMD/n").read(SUBACK).u8(3)).isZero();
      rig.listener.publish("spBv1.0/g/NCMD/n", new byte[] {'r'});
      assertThat(raw.read(PUBLISH).text()).contains("spBv1.0/g/NCMD/n").endsWith("r");
    }
  }
}
