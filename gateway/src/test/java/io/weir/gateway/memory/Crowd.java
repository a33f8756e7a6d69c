package io.weir.gateway.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.Gateway;
import io.weir.gateway.GatewayParts;
import io.weir.gateway.SteppedParts;
import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.api.GatewayView;
import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.http.Json;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.MemoryStores;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A process of its own with a small heap: a whole gateway on one thread, to which many devices
 * send. What it is to do comes as arguments, in order; what it saw it prints, a line each. Runs out
 * of memory where the gateway would.
 */
public final class Crowd {

  /** The default of buffer.max-message-size. */
  private static final int LARGEST = 8 << 20;

  private static final Duration STEP = Duration.ofMillis(200);

  private final ManualTime time = new ManualTime();
  private final Feeder feeder = new Feeder();
  private final Gateway gateway;

  private int machines;

  private Crowd(Path folder) throws Exception {
    Path yaml = folder.resolve("weir.yaml");
    if (!Files.exists(yaml)) {
      Files.writeString(yaml, config());
    }
    ConfigFile file = new ConfigFile(yaml, Map.of(), List.of());
    time.advance(Duration.ofSeconds(System.currentTimeMillis() / 1_000 - 1_700_000_000L));
    gateway =
        Gateway.build(
            file,
            file.load(),
            "test",
            new GatewayParts(
                time,
                FileSystem.DISK,
                SteppedParts.NO_THREADS,
                type -> feeder,
                type -> new MemoryStores((name, lines) -> new Answer.Stored()),
                Runnable::run));
  }

  private static String config() {
    return """
        gateway: { id: crowd, data-dir: data }
        http: { port: %d }
        sources: [ { name: plant, type: http } ]
        routes:
          - topic: "plant/{line}/{machine}"
            format: json
          - { topic: "series/{id}/{name}", format: json, limits: { new-series: 1000000 } }
          - { topic: "#", format: json }
        sinks:
          - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
        efficiency:
          defaults: { state: { metric: state, running: [RUNNING] }, count: { total: total } }
        """
        .formatted(Ports.free());
  }

  /**
   * @param args the folder, then what to do, such as {@code machines=15000}
   */
  public static void main(String[] args) throws Exception {
    Crowd crowd = new Crowd(Path.of(args[0]));
    say("built", used());
    for (int i = 1; i < args.length; i++) {
      String[] parts = args[i].split("=");
      long number = parts.length < 2 ? 0 : Long.parseLong(parts[1]);
      crowd.run(parts[0], (int) number);
      say("after " + args[i], used());
    }
    crowd.show();
    crowd.gateway.close();
    say("closed", used());
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 10;
  }

  private static void say(String what, long number) {
    System.out.println(what + ": " + number);
  }

  private void run(String what, int count) throws IOException {
    switch (what) {
      case "machines" -> {
        machines = count;
        send(count, i -> "plant/line-" + i / 20 + "/machine-" + i, this::machine);
      }
      case "rounds" -> {
        for (int i = 0; i < count; i++) {
          send(machines, m -> "plant/line-" + m / 20 + "/machine-" + m, this::machine);
          time.advance(Duration.ofSeconds(20));
        }
      }
      case "topics" -> send(count, i -> "long/" + "x".repeat(900) + i, this::machine);
      case "texts" ->
          send(count, i -> "texts/" + i, i -> "{\"note\": \"" + "t".repeat(50_000) + i + "\"}");
      case "fields" ->
          send(
              count,
              i -> "plant/line/machine-" + i,
              i ->
                  IntStream.range(0, 20)
                      .mapToObj(f -> "\"metric-" + i + "-" + f + "\": 1")
                      .collect(Collectors.joining(",", "{", "}")));
      case "row" -> fill(1);
      case "beyond" -> fill(2);
      case "large" -> large();
      case "minutes" -> minutes(count);
      default -> throw new IllegalArgumentException(what);
    }
  }

  /** As much of everything as the heap is said to hold, or a multiple of it. */
  private void fill(int times) throws IOException {
    MemoryBudget budget = MemoryBudget.of(Runtime.getRuntime().maxMemory(), LARGEST);
    say("budget machines", budget.machines());
    run("machines", times * budget.machines());
    run("rounds", 2);
    String text = "t".repeat(budget.textBytes() - 10);
    send(times * 100, i -> "texts/text-" + i, i -> "{\"note\": \"" + text + i + "\"}");
    String name = "n".repeat(budget.nameBytes() / 4);
    int fields = 100;
    send(
        times * budget.fields() / fields,
        i -> "fields/one",
        i ->
            IntStream.range(i * fields, (i + 1) * fields)
                .mapToObj(f -> "\"" + name + f + "\": 1")
                .collect(Collectors.joining(",", "{", "}")));
    int topics = Math.max(budget.topics(), budget.series());
    send(times * topics, i -> "series/" + i + "/" + name, i -> "{\"value\": " + i + "}");
    large();
    minutes(1);
  }

  /** The largest message that is taken, of many samples. */
  private void large() throws IOException {
    long ms = time.wallNs() / 1_000_000;
    String note = "a text that a device sends with each of its samples, as devices do; ".repeat(4);
    String payload =
        IntStream.range(0, 24_400)
            .mapToObj(
                i ->
                    "{\"ts\":%d,\"temperature\":%d.5,\"pressure\":2.5,\"note\":\"%s\"}"
                        .formatted(ms + i, i % 100, note))
            .collect(Collectors.joining(",", "[", "]"));
    byte[] bytes = payload.getBytes(UTF_8);
    if (bytes.length > LARGEST || bytes.length < LARGEST * 9L / 10) {
      throw new IllegalStateException("the large message has " + bytes.length + " bytes");
    }
    send(1, i -> "plant/large/machine-0", bytes);
  }

  private void send(int count, Feeder.Text topic, byte[] payload) throws IOException {
    for (int i = 0; i < count; i++) {
      feeder.add(topic.of(i), payload);
    }
    for (int i = 0; i < 200 || !feeder.isEmpty(); i++) {
      gateway.step();
    }
    ask();
  }

  private String machine(int i) {
    String state = (i + time.wallNs() / 60_000_000_000L) % 5 == 0 ? "DOWN" : "RUNNING";
    return "{\"state\": \""
        + state
        + "\", \"total\": "
        + (time.wallNs() / 1_000_000_000L % 1000)
        + "}";
  }

  /** Sends one message of each number, and steps until all are taken and folded. */
  private void send(int count, Feeder.Text topic, Feeder.Text payload) throws IOException {
    for (int from = 0; from < count; from += 100) {
      int to = Math.min(count, from + 100);
      for (int i = from; i < to; i++) {
        feeder.add(topic.of(i), payload.of(i).getBytes(UTF_8));
      }
      for (int i = from; i < to || !feeder.isEmpty(); i++) {
        gateway.step();
      }
      time.advance(STEP);
    }
    ask();
  }

  private void minutes(int count) throws IOException {
    for (int i = 0; i < 60 * count; i++) {
      gateway.step();
      time.advance(Duration.ofSeconds(1));
    }
    ask();
  }

  /** What the live page and the API make of it, as bytes. */
  private void ask() throws IOException {
    GatewayView view = gateway.view();
    int bytes = 0;
    for (Object each : List.of(view.status(), view.assets(), view.ledger())) {
      bytes += Json.bytes(each).length;
    }
    bytes += view.efficiency() == null ? 0 : Json.bytes(view.efficiency()).length;
    say("answers", bytes >> 10);
  }

  private void show() {
    GatewayView view = gateway.view();
    LedgerResponse.Source source = view.ledger().sources().get(0);
    say("received", source.received());
    say("appended", source.appended());
    say("rejected", source.rejected());
    if (view.efficiency() != null) {
      say("machines", view.efficiency().machines().size());
      say("ignored", view.efficiency().ignoredReadings());
    }
    for (Alarm alarm : view.status().alarms()) {
      System.out.println("alarm " + alarm.id() + ": " + alarm.text());
    }
  }
}
