package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a connection gets from the one that it takes over. */
class AnswerQueueTest {

  private final ManualInbox log = new ManualInbox();
  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();

  private AnswerQueue queue() {
    AnswerQueue[] made = new AnswerQueue[1];
    made[0] = new AnswerQueue(log, loop::add, new SharedWindow(1 << 20), () -> made[0].proceed());
    return made[0];
  }

  /** The sync fails between the moment that it is looked at and the moment that it is taken. */
  @Test
  void aMessageThatFailedWhileItWasTakenOverIsOfferedAgain() {
    List<Integer> answered = new ArrayList<>();
    Exchange message =
        new Exchange(
            "s", "t", new byte[] {1}, 1, 7, null, null, each -> answered.add(each.packetId));
    AnswerQueue first = queue();
    first.add(message);
    first.clear();
    log.fail();

    queue().adopt(message);
    run();
    log.sync(1);
    run();

    assertThat(answered).containsExactly(7);
  }

  private void run() {
    for (Runnable next = loop.poll(); next != null; next = loop.poll()) {
      next.run();
    }
  }
}
