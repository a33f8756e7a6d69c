package io.weir.sim;

import io.weir.sim.cli.Console;
import io.weir.sim.cli.SimulatorCommand;
import io.weir.sim.cli.StopSignal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The process of {@code weir-sim}: its arguments, its signals and its exit code. */
public final class Simulator {

  private static final long CLEAN_END_S = 15;

  private Simulator() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // topics and payloads have the digits 0 to 9
    StopSignal stop = new StopSignal();
    CountDownLatch ended = new CountDownLatch(1);
    AtomicInteger code = new AtomicInteger(2);
    // A signal asks the command to end, waits for it, and exits with its code instead of 143.
    Thread onSignal =
        new Thread(
            () -> {
              stop.ask();
              try {
                if (ended.await(CLEAN_END_S, TimeUnit.SECONDS)) {
                  Runtime.getRuntime().halt(code.get());
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "on-signal");
    Runtime.getRuntime().addShutdownHook(onSignal);
    code.set(
        SimulatorCommand.run(
            new Console(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                stop),
            args));
    ended.countDown();
    System.exit(code.get());
  }
}
