package io.weir.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any failure here would be one of a test that has done nothing wrong. */
@Tag("server")
class PortsTest {

  private static final int STARTERS = 4;

  /** With a probe that listens, about one of a hundred could not be bound. */
  private static final int TRIED = Ports.COUNT;

  @Test
  void aPortCanBeBoundWhileOtherTestsStartPrograms() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    Callable<Integer> starter =
        () -> {
          int started = 0;
          while (!enough.get()) {
            new ProcessBuilder("true").start().waitFor();
            started++;
          }
          return started;
        };
    ExecutorService pool = Executors.newFixedThreadPool(STARTERS);
    try {
      List<Future<Integer>> starters =
          IntStream.range(0, STARTERS).mapToObj(i -> pool.submit(starter)).toList();
      Set<Integer> bound = new HashSet<>();
      try {
        for (int tried = 0; tried < TRIED; tried++) {
          int port = Ports.free();
          bind(port).close();
          bound.add(port);
        }
      } finally {
        enough.set(true);
      }
      assertThat(bound).hasSize(TRIED);
      for (Future<Integer> each : starters) {
        assertThat(each.get()).isPositive();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aPortSomebodyListensOnIsNotHandedOut() throws IOException {
    Set<Integer> handedOut = new HashSet<>();
    try (ServerSocket listening = bind(Ports.free())) {
      // More than there are, so that the count comes round to the one that is taken.
      for (int tried = 0; tried < Ports.COUNT + 100; tried++) {
        handedOut.add(Ports.free());
      }
      assertThat(handedOut).doesNotContain(listening.getLocalPort()).isNotEmpty();
    }
  }

  /**
   * The simulator's tests run beside the build of the gateway, and may still when its tests begin.
   */
  @Test
  void theProcessesOfBothModulesShareNoPortNorTheKernelsOwn() {
    int kernels = 32_768;
    List<Integer> processes =
        IntStream.concat(IntStream.rangeClosed(1, 8), IntStream.rangeClosed(11, 13))
            .boxed()
            .toList();
    assertThat(processes)
        .extracting(Ports::first)
        .doesNotHaveDuplicates()
        .allMatch(first -> first >= 1024 && first + Ports.COUNT <= kernels);
  }

  private static ServerSocket bind(int port) throws IOException {
    return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
  }
}
