package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.api.GatewayServer;
import io.weir.gateway.api.PackedStream;
import io.weir.gateway.api.StateHistory;
import io.weir.gateway.api.StopList;
import io.weir.gateway.live.Places;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import io.weir.gateway.peers.Chromium;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How long the live page keeps a browser busy with a plant of some hundred machines of which each
 * sends eight values a second and some change their state: prints what a snapshot costs it, and
 * what it costs the gateway. Its longest task stands beside a yardstick, which is reading one
 * snapshot as JSON in the same browser: what else the machine does slows both.
 */
public final class PageBench {

  private static final int SECONDS = 30;
  private static final int SPANS = 100;
  private static final String[] STATES = {
    "running", "running", "running", "running", "down", "setup", "starved", "micro_stop"
  };

  private final InventedView view = new InventedView();
  private final Random random = new Random(7);
  private final int count;

  private PageBench(int count) {
    this.count = count;
  }

  /** Takes the number of machines; 300 if none is given. */
  public static void main(String[] args) throws Exception {
    new PageBench(args.length > 0 ? Integer.parseInt(args[0]) : 300).run();
  }

  private void run() throws Exception {
    Meters meters = new Meters("bench", "0");
    play();
    remember();
    costOfMaking();
    Config.Http http = new Config.Http("127.0.0.1", 0, null, null, 10_000, Duration.ofSeconds(20));
    try (GatewayServer server = GatewayServer.start(http, view, meters.registry(), List.of());
        Chromium chromium = new Chromium()) {
      Page page =
          chromium.browser().newPage(new Browser.NewPageOptions().setViewportSize(1920, 1080));
      chromium
          .browser()
          .startTracing(
              page,
              new Browser.StartTracingOptions()
                  .setCategories(List.of("disabled-by-default-devtools.timeline")));
      page.navigate("http://127.0.0.1:" + server.port() + "/");
      page.waitForFunction("n => document.querySelectorAll('.machine').length === n", count);
      page.waitForTimeout(2_000);
      CDPSession session = page.context().newCDPSession(page);
      session.send("Performance.enable");
      Map<String, Double> before = metrics(session);
      for (int second = 0; second < SECONDS; second++) {
        play();
        page.waitForTimeout(1_000);
      }
      Map<String, Double> after = metrics(session);
      System.out.printf(
          "%d machines, %d snapshots; of the main thread, per snapshot:%n", count, SECONDS);
      for (String name :
          List.of("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")) {
        System.out.printf(
            "  %-20s %6.1f ms%n", name, (after.get(name) - before.get(name)) * 1000 / SECONDS);
      }
      tasks(chromium.browser().stopTracing());
      System.out.printf("  yardstick: a snapshot read as JSON %.1f ms%n", yardstick(page));
      page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "page-bench.png")));
    } finally {
      meters.close();
    }
  }

  /** The longest tasks of the page's main thread, from the first one on. */
  private static void tasks(byte[] trace) throws IOException {
    JsonNode events = new ObjectMapper().readTree(trace).path("traceEvents");
    Set<String> mains = new HashSet<>();
    for (JsonNode event : events) {
      if (event.path("args").path("name").asText().equals("CrRendererMain")) {
        mains.add(thread(event));
      }
    }
    List<Double> computed = new ArrayList<>();
    List<Double> lasted = new ArrayList<>();
    for (JsonNode event : events) {
      if (mains.contains(thread(event)) && event.path("name").asText().equals("RunTask")) {
        computed.add(event.path("tdur").asDouble() / 1000);
        lasted.add(event.path("dur").asDouble() / 1000);
      }
    }
    System.out.println("  longest tasks, ms of the processor: " + longest(computed));
    System.out.println("  longest tasks, ms on the clock:     " + longest(lasted));
  }

  private static String thread(JsonNode event) {
    return event.path("pid").asText() + "/" + event.path("tid").asText();
  }

  private static List<Long> longest(List<Double> tasks) {
    return tasks.stream()
        .sorted(Comparator.reverseOrder())
        .limit(10)
        .map(Math::round)
        .collect(Collectors.toList());
  }

  private double yardstick(Page page) {
    String snapshot = new String(snapshot(), UTF_8);
    Object least =
        page.evaluate(
            "text => Math.min(...Array.from({ length: 20 }, () => {"
                + " const begin = performance.now(); JSON.parse(text);"
                + " return performance.now() - begin; }))",
            snapshot);
    return ((Number) least).doubleValue();
  }

  /** What a snapshot costs the gateway, beside making the figures. */
  private void costOfMaking() {
    for (int i = 0; i < 20; i++) {
      snapshot();
    }
    long begin = System.nanoTime();
    byte[] bytes = {};
    for (int i = 0; i < 20; i++) {
      bytes = snapshot();
    }
    long made = System.nanoTime();
    int packed = 0;
    for (int i = 0; i < 20; i++) {
      packed = PackedStream.part(bytes).length;
    }
    System.out.printf(
        "%d machines: a snapshot has %,d bytes and takes %.1f ms to make; packed %,d and %.1f ms%n",
        count,
        bytes.length,
        (made - begin) / 20 / 1e6,
        packed,
        (System.nanoTime() - made) / 20 / 1e6);
  }

  private byte[] snapshot() {
    return Json.bytes(List.of(view.status(), view.assets(), view.efficiency));
  }

  private static Map<String, Double> metrics(CDPSession session) {
    Map<String, Double> values = new HashMap<>();
    JsonObject answer = session.send("Performance.getMetrics");
    answer
        .getAsJsonArray("metrics")
        .forEach(
            metric ->
                values.put(
                    metric.getAsJsonObject().get("name").getAsString(),
                    metric.getAsJsonObject().get("value").getAsDouble()));
    return values;
  }

  private static String line(int machine) {
    return "line-%02d".formatted(machine / 12);
  }

  private static String name(int machine) {
    return "machine-%03d".formatted(machine);
  }

  /** Every machine is heard, and one in twenty is in another state than before. */
  private void play() {
    List<EfficiencyResponse.Machine> machines = new ArrayList<>();
    List<EfficiencyResponse.Line> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Value> values = new HashMap<>();
      for (String metric :
          List.of("temperature", "power_kw", "speed", "vibration", "good", "total", "reject")) {
        values.put(metric, new Value.Real(random.nextDouble() * 100));
      }
      values.put("state", new Value.Text("RUNNING"));
      view.hear(new Asset("plant-a", "hall-1", line(i), name(i)), values);
      String state = random.nextInt(20) == 0 ? STATES[random.nextInt(STATES.length)] : "running";
      machines.add(
          InventedFactory.figures(
              line(i), name(i), state, InventedFactory.shift(1, 0.8 + random.nextDouble() / 10)));
      if (i % 12 == 0) {
        lines.add(
            new EfficiencyResponse.Line(
                Places.of("plant-a", "hall-1", line(i)), InventedFactory.shift(1, 0.85), null));
      }
    }
    view.efficiency =
        new EfficiencyResponse(
            null, 0.75, InventedFactory.plant(), lines, machines, 0, 0, Map.of(), Map.of());
  }

  private void remember() {
    long now = System.currentTimeMillis();
    List<StateHistory.Machine> machines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<StateHistory.Span> spans = new ArrayList<>();
      long step = 8 * 3_600_000L / SPANS;
      for (int j = SPANS; j > 0; j--) {
        spans.add(
            new StateHistory.Span(
                now - j * step, now - (j - 1) * step, STATES[random.nextInt(STATES.length)], ""));
      }
      machines.add(
          new StateHistory.Machine(Places.of("plant-a", "hall-1", line(i), name(i)), spans));
    }
    view.machines.history = new StateHistory(now - 8 * 3_600_000L, now, machines, false);
    view.machines.stops = new StopList(now - 8 * 3_600_000L, now, List.of(), false, List.of(), 0);
  }
}
