package io.weir.sim.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SendWindowTest {

  private record Numbered(int number) implements Packet {
    @Override
    public Object frame(ByteBufAllocator allocator, int id, boolean duplicate) {
      return this;
    }
  }

  @Test
  void nothingIsSentWithoutAConnection() {
    SendWindow window = new SendWindow();
    window.add(new Numbered(0));
    assertThat(window.send()).isNull();
  }

  @Test
  void aResentPacketKeepsItsIdentifierAndIsMarkedIfTheSessionIsRemembered() {
    SendWindow window = new SendWindow();
    window.connected(10, false);
    window.add(new Numbered(0));
    window.add(new Numbered(1));
    SendWindow.Sending first = window.send();
    assertThat(first).isEqualTo(new SendWindow.Sending(new Numbered(0), 1, false));

    window.connected(10, true);
    assertThat(window.send()).isEqualTo(new SendWindow.Sending(new Numbered(0), 1, true));
    assertThat(window.send()).isEqualTo(new SendWindow.Sending(new Numbered(1), 2, false));

    window.connected(10, false);
    assertThat(window.send()).isEqualTo(new SendWindow.Sending(new Numbered(0), 1, false));
  }

  @Test
  void anAcknowledgementWithoutAPacketIsIgnored() {
    SendWindow window = new SendWindow();
    window.connected(10, false);
    assertThat(window.settle(7)).isNull();
    assertThat(window.settle(0)).isNull();
    assertThat(window.settle(65_536)).isNull();
  }

  @Test
  void morePacketsThanIdentifiersAreAnError() {
    SendWindow window = new SendWindow();
    for (int i = 0; i < SendWindow.IDENTIFIERS; i++) {
      window.add(new Numbered(i));
    }
    assertThatThrownBy(() -> window.add(new Numbered(-1)))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Compared with a list: order, limits and counts hold, whatever is lost and sent again. */
  @Tag("slow")
  @Test
  void everyPacketIsSettledOnceAndInOrderOfSendingWhateverHappens() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      SendWindow window = new SendWindow();
      Deque<SendWindow.Sending> onConnection = new ArrayDeque<>();
      List<Integer> settled = new ArrayList<>();
      int added = 0;
      int inside = 0;
      int allowed = 0;
      int target = 100_000;
      while (settled.size() < target) {
        switch (random.nextInt(40)) {
          case 0 -> {
            allowed = 1 + random.nextInt(50);
            window.connected(allowed, random.nextBoolean());
            onConnection.clear();
          }
          case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 -> {
            for (int i = random.nextInt(20); i > 0 && added < target && inside < 200; i--) {
              window.add(new Numbered(added++));
              inside++;
            }
          }
          case 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26 -> {
            SendWindow.Sending sending = window.send();
            while (sending != null) {
              if (!onConnection.isEmpty()) {
                assertThat(((Numbered) sending.packet()).number())
                    .isEqualTo(((Numbered) onConnection.getLast().packet()).number() + 1);
              }
              onConnection.add(sending);
              sending = window.send();
            }
            assertThat(onConnection.size()).isLessThanOrEqualTo(allowed);
          }
          default -> {
            for (int i = random.nextInt(20); i > 0 && !onConnection.isEmpty(); i--) {
              SendWindow.Sending sent = onConnection.removeFirst();
              assertThat(window.settle(sent.id())).isSameAs(sent.packet());
              assertThat(window.settle(sent.id())).isNull();
              settled.add(((Numbered) sent.packet()).number());
            }
            inside -= window.slide();
            assertThat(inside).isEqualTo(added - settled.size());
          }
        }
      }
      for (int i = 0; i < target; i++) {
        assertThat(settled.get(i)).isEqualTo(i);
      }
    }
  }
}
