package io.weir.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.weir.sim.cli.Console;
import io.weir.sim.cli.SimulatorCommand;
import io.weir.sim.cli.StopSignal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/** The process of {@code weir-sim}: its logs, its signals and its exit code. */
public final class Simulator {

  private static final long CLEAN_END_S = 15;

  private Simulator() {}

  public static void main(String[] args) {
    quietLogs();
    StopSignal stop = new StopSignal();
    CountDownLatch ended = new CountDownLatch(1);
    AtomicInteger code = new AtomicInteger(2);
    // A signal asks the command to end, waits for it, and gives its exit code instead of 143.
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

  /** Warnings alone, on the error stream; the jar holds no file, since it is also a library. */
  private static void quietLogs() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("weir-sim: %level %msg%n%nopex");
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console);
    // Artemis warns of every queue without a dead letter address.
    context.getLogger("org.apache.activemq").setLevel(Level.ERROR);
  }
}
