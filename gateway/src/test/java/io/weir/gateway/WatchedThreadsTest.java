package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class WatchedThreadsTest {

  private final Deque<Runnable> loops = new ArrayDeque<>();
  private final WatchedThreads threads =
      new WatchedThreads(
          (name, loop) -> {
            loops.add(loop);
            return Thread.currentThread();
          });

  @Test
  void aThreadThatEndsBeforeTheStopIsKnownWhetherItsLoopThrewOrReturned() {
    threads.start("returns", () -> {});
    threads.start(
        "throws",
        () -> {
          throw new IllegalStateException("a program fault");
        });
    threads.start("runs", () -> {});
    loops.remove().run();
    try {
      loops.remove().run();
    } catch (IllegalStateException expected) {
      assertThat(expected).hasMessage("a program fault");
    }
    assertThat(threads.ended().keySet()).containsExactlyInAnyOrder("returns", "throws");
    threads.stopping();
    loops.remove().run();
    assertThat(threads.ended().keySet()).doesNotContain("runs");
  }
}
