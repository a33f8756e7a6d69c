package io.weir.gateway.source.listener;

import static io.weir.gateway.source.listener.RawClient.CONNACK;
import static io.weir.gateway.source.listener.RawClient.PUBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.weir.gateway.source.KnownSessions;
import io.weir.gateway.source.Shelf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Clients that begin packets and do not end them. */
class IncompleteTest {

  @Test
  void longPacketsWaitUntilOneThatHasRoomIsComplete() {
    IncompleteRoom room = new IncompleteRoom(100_000);
    EventExecutor loop = new DefaultEventExecutor();
    AtomicInteger woken = new AtomicInteger();
    try (Shelf shelf = new Shelf()) {
      AnswerQueue queue = new AnswerQueue(shelf, loop, new SharedWindow(1), woken::incrementAndGet);
      Incomplete first = incomplete(room, loop, queue);
      Incomplete second = incomplete(room, loop, queue);
      first.grows(60_000, 10);
      second.grows(60_000, 10);
      assertThat(first.hasRoom()).isTrue();
      assertThat(second.hasRoom()).isFalse();
      first.ends();
      await().until(() -> woken.get() > 0);
      assertThat(second.hasRoom()).isTrue();
      second.ends();
      second.ends();
      first.grows(100_000, 10);
      assertThat(first.hasRoom()).isTrue();
    } finally {
      loop.shutdownGracefully();
    }
  }

  private static Incomplete incomplete(IncompleteRoom room, EventExecutor loop, AnswerQueue queue) {
    return new Incomplete(
        new IncompleteRoom.Both(room, room),
        io.weir.gateway.log.Time.SYSTEM,
        loop,
        queue,
        () -> true,
        () -> {},
        () -> {});
  }

  /** The window of the rig has room for 16 packets of 64 KB; 40 are begun. */
  @Test
  void whatIsBegunAndNeverEndedTakesNoRoomFromOthers() throws Exception {
    try (ListenerRig rig = new ListenerRig(ListenerRig.CONFIG, KnownSessions.NONE)) {
      byte[] whole = RawClient.packet(0x32, RawClient.bytes("t", (short) 1, new byte[60_000]));
      List<RawClient> begun = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        RawClient raw = rig.client().connect4("c" + i, true);
        raw.read(CONNACK);
        begun.add(raw.send(Arrays.copyOf(whole, 8_000)));
      }
      try (RawClient small = rig.client().connect4("small", true)) {
        small.read(CONNACK);
        assertThat(small.publish(2, 7, "t", "x").read(PUBACK).u16(0)).isEqualTo(7);
      }
      for (RawClient raw : begun.subList(0, 30)) {
        raw.close();
      }
      for (RawClient raw : begun.subList(30, 40)) { // these have room now
        raw.send(Arrays.copyOfRange(whole, 8_000, whole.length));
        assertThat(raw.read(PUBACK).u16(0)).isEqualTo(1);
        raw.close();
      }
      assertThat(rig.shelf.taken()).hasSize(11);
    }
  }

  /** What follows a goodbye in one read is decoded until the socket is closed. */
  @Test
  void whatIsBegunBehindAGoodbyeTakesNoRoomFromOthers() throws Exception {
    byte[] connect = RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 60, "c"));
    byte[] whole = RawClient.packet(0x32, RawClient.bytes("t", (short) 1, new byte[60_000]));
    try (ListenerRig rig = new ListenerRig(ListenerRig.CONFIG, KnownSessions.NONE)) {
      for (int i = 0; i < 40; i++) {
        try (RawClient raw = rig.client().send(connect)) {
          raw.read(CONNACK);
          raw.send(RawClient.bytes(0xE0, 0, Arrays.copyOf(whole, 8_000)));
          raw.readToTheEnd();
        }
      }
      try (RawClient good = rig.client().connect4("good", true)) {
        good.read(CONNACK);
        sendInParts(good, whole);
      }
    }
  }

  /** At once it would be there before anybody asks for room. */
  private static void sendInParts(RawClient good, byte[] whole) throws Exception {
    good.send(Arrays.copyOf(whole, 8_000));
    Thread.sleep(200);
    good.send(Arrays.copyOfRange(whole, 8_000, whole.length));
    assertThat(good.read(PUBACK).u16(0)).isEqualTo(1);
  }

  @Test
  void strangersTakeNoRoomFromThoseWhoAreKnown() throws Exception {
    byte[] publish = RawClient.packet(0x32, RawClient.bytes("t", (short) 1, new byte[60_000]));
    byte[] connect =
        RawClient.packet(
            0x10, RawClient.bytes("MQTT", 4, 0xC2, (short) 60, "s", "u", "x".repeat(60_000)));
    List<RawClient> strangers = new ArrayList<>();
    ListenerSetup patient = new ListenerSetup().connectTimeout(Duration.ofMinutes(1));
    try (ListenerRig rig = new ListenerRig(patient)) {
      for (int i = 0; i < 40; i++) {
        strangers.add(rig.client().send(Arrays.copyOf(connect, 8_000)));
      }
      Thread.sleep(200);
      try (RawClient good = rig.client().connect4("good", true)) {
        good.read(CONNACK);
        sendInParts(good, publish);
      }
    } finally {
      for (RawClient each : strangers) {
        each.close();
      }
    }
  }
}
