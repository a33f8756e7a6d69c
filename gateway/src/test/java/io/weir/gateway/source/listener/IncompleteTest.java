package io.weir.gateway.source.listener;

import static io.weir.gateway.source.listener.RawClient.CONNACK;
import static io.weir.gateway.source.listener.RawClient.PUBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.weir.gateway.source.KnownSessions;
import io.weir.gateway.source.Shelf;
import java.util.ArrayList;
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
        room, io.weir.gateway.log.Time.SYSTEM, loop, queue, () -> true, () -> {}, () -> {});
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
        begun.add(raw.send(java.util.Arrays.copyOf(whole, 8_000)));
      }
      try (RawClient small = rig.client().connect4("small", true)) {
        small.read(CONNACK);
        assertThat(small.publish(2, 7, "t", "x").read(PUBACK).u16(0)).isEqualTo(7);
      }
      for (RawClient raw : begun.subList(0, 30)) {
        raw.close();
      }
      for (RawClient raw : begun.subList(30, 40)) { // these have room now
        raw.send(java.util.Arrays.copyOfRange(whole, 8_000, whole.length));
        assertThat(raw.read(PUBACK).u16(0)).isEqualTo(1);
        raw.close();
      }
      assertThat(rig.shelf.taken()).hasSize(11);
    }
  }
}
