package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.Time;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.LineTexts;
import io.weir.gateway.sink.StoreInside;
import io.weir.gateway.sink.StoreReadings;
import io.weir.gateway.sink.WritesAtOnce;
import io.weir.gateway.sink.influx.Influx2Sink;
import io.weir.gateway.sink.influx.QuestReadings;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The store inside the gateway, in a process of its own. Lines are written to its own HTTP port, as
 * to any store; before the first line of a measurement its table is created, with the keys that
 * make a repeat harmless.
 */
public final class EmbeddedSink implements LineSink {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration START_POLL = Duration.ofSeconds(1);

  private final EmbeddedStore store;
  private final EmbeddedConfig config;
  private final Dialect dialect;
  private final StoreWatch watch;
  private volatile boolean closed;
  private @Nullable URI connectedTo; // guarded by this
  private @Nullable LineSink connection; // guarded by this

  private EmbeddedSink(EmbeddedStore store, EmbeddedConfig config, StoreWatch watch) {
    this.store = store;
    this.config = config;
    this.watch = watch;
    this.dialect = new Dialect(config.precision(), true, true);
  }

  /** Starts the store, and waits up to a minute for it. */
  public static EmbeddedSink start(EmbeddedConfig config, Path root, Time time) {
    EmbeddedSink sink = of(config, root, time, Duration.ofMinutes(1));
    sink.start();
    return sink;
  }

  /**
   * With a store that is not started yet.
   *
   * @param root the store's folder, made if absent
   * @param patience how long a start waits for it
   * @throws IllegalStateException if a port is in use
   */
  static EmbeddedSink of(EmbeddedConfig config, Path root, Time time, Duration patience) {
    requireFree(config.name(), "port", config.port());
    StoreSettings settings = StoreSettings.of(config, root);
    if (settings.pgPort() != 0) {
      requireFree(config.name(), "pg-port", settings.pgPort());
    }
    File disk = root.toFile();
    WatchedStore store = new WatchedStore(settings, time, patience);
    return on(store, config, () -> usableSpace(disk), time);
  }

  /**
   * @param usableSpace of the store's disk, in bytes
   */
  static EmbeddedSink on(
      EmbeddedStore store, EmbeddedConfig config, LongSupplier usableSpace, Time time) {
    StoreWatch watch = new StoreWatch(store, usableSpace, config.reserve(), time);
    return new EmbeddedSink(store, config, watch);
  }

  private static void requireFree(String sink, String key, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new IllegalStateException(
          "sink '%s': %s %d cannot be used (%s); stop the program that listens there, or set another %s"
              .formatted(sink, key, port, e.getMessage(), key),
          e);
    }
  }

  /** A file system that does not say it is taken for one with room. */
  private static long usableSpace(File disk) {
    long usable = disk.getUsableSpace();
    return usable == 0 && disk.getTotalSpace() == 0 ? Long.MAX_VALUE : usable;
  }

  /**
   * Starts the store, which takes about three seconds. Until then it is busy. Where it cannot start
   * now, or not within a minute, the sink is down until it has started.
   */
  @Override
  public void start() {
    store.start();
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public Dialect dialect() {
    return dialect;
  }

  /** It sorts in at once what came while it worked: the more that is, the less a line costs. */
  @Override
  public int writesAtOnce() {
    return WritesAtOnce.upTo(8);
  }

  @Override
  public StoreInside inside() {
    return new StoreInside(config.name(), config.port(), store::origin, store.tokens().reader());
  }

  @Override
  public StoreReadings readings() {
    return new QuestReadings(store::origin, null, store.tokens().reader(), TIMEOUT);
  }

  @Override
  public String fault() {
    return closed || store.isStarting() ? "" : watch.fault();
  }

  @Override
  public Answer write(LineTexts batch) {
    if (closed) {
      return new Answer.Down("the store is closed");
    }
    if (store.isStarting()) {
      return new Answer.Busy(START_POLL, "it is being started");
    }
    String fault = watch.fault();
    if (!fault.isEmpty()) {
      return new Answer.Down(fault);
    }
    try {
      EmbeddedStore.Prepared prepared = store.prepare(measurements(batch));
      return prepared.impossible().isEmpty()
          ? write(batch, prepared.tables())
          : refuse(batch, prepared.impossible());
    } catch (IOException e) {
      return new Answer.Down(String.valueOf(e.getMessage()));
    }
  }

  /** Tables are never created by a line: it would have no keys. */
  private Answer write(LineTexts batch, Map<String, Integer> tables) throws IOException {
    Answer answer = connection().write(batch);
    String changed = store.changed(tables);
    return changed.isEmpty()
        ? answer
        : new Answer.Down("table " + changed + " was dropped or altered while it was written to");
  }

  /** To where the store is now: it has another port after each start. */
  private synchronized LineSink connection() {
    URI origin = store.origin();
    if (connection == null || !origin.equals(connectedTo)) {
      if (connection != null) {
        connection.close();
      }
      connection =
          new Influx2Sink(
              config.name(),
              dialect,
              origin,
              "weir",
              null,
              store.tokens().writer(),
              TIMEOUT,
              false,
              null,
              null);
      connectedTo = origin;
    }
    return connection;
  }

  private static Answer refuse(LineTexts batch, Map<String, String> impossible) {
    List<Answer.RefusedLine> refused = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      String fault = impossible.get(measurement(batch.get(i)));
      if (fault != null) {
        refused.add(new Answer.RefusedLine(i, fault));
      }
    }
    return new Answer.Refused(false, refused, String.join("; ", impossible.values()));
  }

  /** Of all lines. Most often a line is of the same one as the line before. */
  static Set<String> measurements(LineTexts batch) {
    Set<String> measurements = new HashSet<>();
    byte[] before = {};
    for (int i = 0; i < batch.size(); i++) {
      if (before.length == 0 || !batch.startsWith(i, before)) {
        String line = batch.get(i);
        measurements.add(measurement(line));
        int behind = Math.min(endOfMeasurement(line) + 1, line.length());
        before = line.substring(0, behind).getBytes(UTF_8);
      }
    }
    return measurements;
  }

  /** The measurement of a line. */
  private static String measurement(String line) {
    return inWords(line.substring(0, endOfMeasurement(line)));
  }

  /** In this dialect only spaces are escaped in it. */
  private static String inWords(String written) {
    return written.replace("\\ ", " ");
  }

  private static int endOfMeasurement(String line) {
    int end = 0;
    while (end < line.length() && !isEnd(line.charAt(end))) {
      end += line.startsWith("\\ ", end) ? 2 : 1;
    }
    return end;
  }

  private static boolean isEnd(char c) {
    return c == ',' || c == ' ';
  }

  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      if (connection != null) {
        connection.close();
      }
    }
    store.close();
  }
}
