package io.weir.gateway.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.e2e.SharedClasses;
import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.intake.SomeTotals;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.peers.Mosquitto;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Seconds from the start of the gateway's process until it is ready: with an empty data directory,
 * and with a log of so many GiB that waits for a store that takes connections and answers nothing:
 * a gateway whose store has refused it is not ready. The log is written, by the same classes as in
 * the gateway, with the messages of a load on 100 topics, and a gateway reads it for its figures
 * before it is measured. Each start but the first follows a kill.
 *
 * <pre>StartBench FOLDER [GiB, default 10]</pre>
 */
public final class StartBench {

  private static final int STARTS = 5;
  private static final int TOPICS = 100;
  private static final int FIRST_MESSAGES = 1_000;
  private static final int MOST_RECORD_BYTES = 1 << 20;
  private static final int WINDOW = 1_000;
  private static final long GIB = 1L << 30;
  private static final long SEGMENT_BYTES = 64L << 20;

  /** So much of its time a gateway may take while it is called idle. */
  private static final double IDLE = 0.2;

  private static final long IDLE_FOR_S = 5;

  /** Connections to the store that nobody takes. */
  private static final int BACKLOG = 1_000;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /**
   * One start.
   *
   * @param cpu seconds of a processor that the process took until ready, of all its threads
   */
  private record Took(double seconds, double cpu) {}

  private final Path folder;
  private final long bytes;
  private final ServerSocket silent;

  private StartBench(Path folder, long bytes, ServerSocket silent) {
    this.folder = folder;
    this.bytes = bytes;
    this.silent = silent;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]).toAbsolutePath();
    long gib = args.length > 1 ? Long.parseLong(args[1]) : 10;
    SharedClasses.java(); // makes the archive of classes, which else were a part of the first start
    String full = "start to ready with a log of " + gib + " GiB, s";
    try (ServerSocket silent = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
      StartBench bench = new StartBench(folder, gib * GIB, silent);
      bench.empty();
      long free = FileSystem.DISK.usableSpace(folder) / GIB;
      if (free < gib + 2) {
        BenchRow.notRun(full, "%s has %d GiB free".formatted(folder, free), "", "1.5");
      } else {
        bench.full(full);
      }
    }
  }

  private void empty() throws Exception {
    List<Took> starts = new ArrayList<>();
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto-empty"))) {
      for (int i = 0; i < STARTS; i++) {
        starts.add(start(gateway(folder.resolve("empty-" + i), broker)));
      }
    }
    print("start to ready, empty, s", starts, "1.4", "1.0");
  }

  private void full(String figure) throws Exception {
    Path home = folder.resolve("full");
    List<Took> starts = new ArrayList<>();
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto-full"))) {
      Path log;
      try (MeasuredGateway gateway = gateway(home, broker)) {
        gateway.startConnected(); // makes the log, and who reads it
        Load.run(broker.url(), FIRST_MESSAGES, 1, TOPICS, 0);
        MeasuredGateway.await(gateway::acknowledged, FIRST_MESSAGES);
        gateway.stop();
        log = gateway.dataDirectory().resolve("log").resolve("readings");
      }
      fill(log);
      try (MeasuredGateway gateway = gateway(home, broker)) {
        gateway.startConnected();
        awaitIdle(gateway); // all but the store has read what was written
        long waiting = gateway.json("/api/v1/status").at("/sinks/0/lagBytes").asLong();
        if (waiting < bytes) {
          throw new IllegalStateException("only " + waiting + " bytes wait for the store");
        }
        gateway.stop(); // saves what has been read
      }
      for (int i = 0; i < STARTS; i++) {
        starts.add(start(gateway(home, broker)));
      }
    }
    print(figure, starts, "", "1.5");
  }

  private MeasuredGateway gateway(Path home, Mosquitto broker) throws IOException {
    String store = "http://127.0.0.1:" + silent.getLocalPort();
    return MeasuredGateway.subscribed(home, broker.url(), store, TOPICS, MeasuredGateway.SMALL_HEAP)
        .with(
            "buffer: { max-size: %dGiB, segment-size: 64MiB, pack: false }%n"
                .formatted(bytes / GIB + 2));
  }

  /** Starts it, and kills it once it is ready. */
  private static Took start(MeasuredGateway gateway) throws Exception {
    try (gateway) {
      long begun = System.nanoTime();
      gateway.start();
      String answer = gateway.get("/health/ready");
      while (!MeasuredGateway.read(answer).path("ready").asBoolean()) {
        if (System.nanoTime() - begun > LIMIT.toNanos()) {
          throw new IllegalStateException("not ready: " + answer);
        }
        Thread.sleep(10);
        answer = gateway.get("/health/ready");
      }
      return new Took((System.nanoTime() - begun) / 1e9, gateway.cpuNs() / 1e9);
    }
  }

  private static void awaitIdle(MeasuredGateway gateway) throws InterruptedException {
    long before = gateway.cpuNs();
    long used = Long.MAX_VALUE;
    while (used > IDLE * Duration.ofSeconds(IDLE_FOR_S).toNanos()) {
      Thread.sleep(IDLE_FOR_S * 1_000);
      used = gateway.cpuNs() - before;
      before += used;
    }
  }

  private static void print(String figure, List<Took> starts, String before, String goal) {
    List<Double> seconds = starts.stream().map(Took::seconds).toList();
    double cpu = Medians.median(starts.stream().map(Took::cpu).toList());
    System.out.printf(
        "%s: median %.2f of %s; processor time %.2f s%n",
        figure, Medians.median(seconds), seconds.stream().map("%.2f"::formatted).toList(), cpu);
    String measured = "%.2f, %.2f of a processor".formatted(Medians.median(seconds), cpu);
    BenchRow.print(figure, "", measured, before, goal);
  }

  private void fill(Path directory) throws IOException {
    LogOptions options =
        new LogOptions(
            directory,
            SEGMENT_BYTES,
            bytes + GIB,
            LogOptions.WhenFull.BLOCK,
            Duration.ofMillis(2),
            MOST_RECORD_BYTES);
    Decoding decoding = LoadMessages.decoding();
    long startMs = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
    LoadMessages messages = new LoadMessages(TOPICS, startMs);
    MessageCodec codec = new MessageCodec();
    byte[] payload = LoadMessages.blank();
    long begun = System.nanoTime();
    long number = 0;
    try (SegmentLog log =
        SegmentLog.open(
                "readings",
                options,
                FileSystem.DISK,
                Time.SYSTEM,
                SomeTotals.of(WINDOW),
                new SimpleMeterRegistry())
            .start(Threads.SYSTEM)) {
      while (log.status().bytes() < bytes + SEGMENT_BYTES) { // headers do not wait for the store
        messages.write(number, payload);
        long timeNs = (startMs + number / TOPICS) * 1_000_000;
        String topic = messages.topic(number++);
        Decoded decoded = decoding.decode("plant", topic, payload, false, null, timeNs);
        Message message =
            new Message(
                "plant",
                topic,
                timeNs,
                1,
                number,
                decoded.received(),
                decoded.filtered(),
                0,
                decoded.readings(),
                List.of(),
                new byte[0]);
        ByteBuffer record = codec.encode(message);
        while (log.append(1, timeNs, decoded.readings().size(), record, null)
            == SegmentLog.NO_ROOM) {
          log.sync();
        }
      }
      log.sync();
    }
    System.out.printf(
        "%,d messages written in %.0f s%n", number, (System.nanoTime() - begun) / 1e9);
  }
}
