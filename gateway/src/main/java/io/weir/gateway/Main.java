package io.weir.gateway;

import io.weir.gateway.cli.FirstLog;
import io.weir.gateway.cli.Program;
import io.weir.gateway.cli.Terminal;
import io.weir.gateway.decode.Expressions;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.source.SourceFactory;
import io.weir.gateway.systemd.Systemd;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The program: its arguments become a command, which runs on the parts of this machine. */
public final class Main {

  /** Events for the Flight Recorder of each buffer: classes and time that nobody looks at. */
  private static final Map<String, String> NETTY = Map.of("io.netty.jfr.enabled", "false");

  /** How long a stop waits for the end of the start. */
  private static final int LONGEST_START_S = 10;

  private Main() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // names of files and what is sent have the digits 0 to 9
    FirstLog.use();
    NETTY.forEach((key, value) -> System.getProperties().putIfAbsent(key, value));
    System.exit(new Program(Terminal.system(), Time.SYSTEM, FileSystem.DISK, Main::run).run(args));
  }

  /**
   * Clock, disk and threads of this machine, and the installed kinds of sources and sinks.
   *
   * @throws io.weir.gateway.plugin.PluginException if a plugin cannot be used
   */
  public static GatewayParts machine() {
    Kinds<SourceFactory<?>> sources = Kinds.installed(SourceFactory.class);
    Kinds<SinkFactory<?>> sinks = Kinds.installed(SinkFactory.class);
    return new GatewayParts(
        Time.SYSTEM,
        FileSystem.DISK,
        Threads.SYSTEM,
        sources::get,
        sinks::get,
        Expressions.THREADS);
  }

  /**
   * Runs until the process is asked to end, then stops cleanly.
   *
   * @throws Exception if a part cannot be built or started; its message says which and why
   */
  private static int run(ConfigFile file, Config config) throws Exception {
    Gateway gateway = Gateway.build(file, config, version(), machine());
    Systemd systemd = Systemd.of(System.getenv(), ProcessHandle.current().pid(), Time.SYSTEM);
    CompletableFuture<Boolean> started = new CompletableFuture<>();
    CountDownLatch stopped = new CountDownLatch(1);
    Thread stop =
        new Thread(
            () -> {
              // A stop during the start waits for its end; of one that takes long, it is a kill.
              if (!started.completeOnTimeout(false, LONGEST_START_S, TimeUnit.SECONDS).join()) {
                return;
              }
              systemd.stopping();
              gateway.close();
              stopped.countDown();
              // A JVM that ends by a signal reports the signal; a stop that was asked for is a 0.
              Runtime.getRuntime().halt(0);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      gateway.start();
      systemd.ready(Threads.SYSTEM, gateway::fault);
      started.complete(true);
    } finally {
      started.complete(false);
    }
    stopped.await();
    return 0;
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
