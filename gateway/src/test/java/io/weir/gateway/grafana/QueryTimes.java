package io.weir.gateway.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.config.Secret;
import io.weir.gateway.log.Time;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig.Batch;
import io.weir.gateway.sink.SinkConfig.Start;
import io.weir.gateway.sink.embedded.EmbeddedConfig;
import io.weir.gateway.sink.embedded.EmbeddedSink;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** How long the panels of the dashboards wait for their stores, over a long range. */
public final class QueryTimes {

  private static final int RUNS = 3;
  private static final Instant FROM = Instant.parse("2026-03-02T00:00:00Z");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String PASSWORD = "bench";

  private QueryTimes() {}

  /**
   * What a panel took.
   *
   * @param ms of all its queries one after the other, the middle of three runs
   * @param cpuMs what the process of the store worked for them, the middle too: other programs of
   *     the machine change it less
   */
  public record Panel(String store, String dashboard, String title, double ms, double cpuMs) {}

  /**
   * Fills both stores, and asks what every dashboard asks over all of the days.
   *
   * @param shard how much time InfluxDB keeps together, such as {@code 7d}
   */
  public static List<Panel> measure(
      Path folder, int machines, int days, int minuteDays, int seconds, String shard)
      throws Exception {
    List<Panel> panels = new ArrayList<>();
    panels.addAll(influx(folder, machines, days, minuteDays, seconds, shard));
    panels.addAll(quest(folder, machines, days, minuteDays, seconds));
    panels.sort(Comparator.comparingDouble(Panel::ms).reversed());
    return panels;
  }

  private static List<Panel> influx(
      Path folder, int machines, int days, int minuteDays, int seconds, String shard)
      throws Exception {
    try (InfluxDb store = new InfluxDb(folder.resolve("influx"))) {
      store.start();
      store.createDatabase("factory");
      store.query("", "ALTER RETENTION POLICY autogen ON factory SHARD DURATION " + shard);
      URI write = URI.create(store.url() + "/write?db=factory");
      new PlantOfRows(machines, FROM, days, minuteDays, Duration.ofSeconds(seconds), false)
          .write(batch -> post(write, String.join("\n", batch)));
      ProcessHandle process = ProcessHandle.of(store.pid()).orElseThrow();
      DataSources sources = new DataSources(q -> store.query("factory", q), null, null, FROM);
      return ask("influxdb", days, sources, process);
    }
  }

  private static List<Panel> quest(Path folder, int machines, int days, int minuteDays, int seconds)
      throws Exception {
    int postgres = Ports.free();
    try (EmbeddedSink sink = questDb(folder, postgres)) {
      new PlantOfRows(machines, FROM, days, minuteDays, Duration.ofSeconds(seconds), true)
          .write(batch -> store(sink, batch));
      try (Connection connection = connect(postgres)) {
        DataSources sources = new DataSources(q -> q, connection, null, FROM);
        return ask("questdb", days, sources, ProcessHandle.current());
      }
    }
  }

  /** The embedded store in a folder, which takes SQL at a port. */
  static EmbeddedSink questDb(Path folder, int postgres) throws Exception {
    EmbeddedConfig config =
        new EmbeddedConfig(
            new SinkCommon(
                "local", new Batch(5000, 8 << 20, Duration.ofMillis(200), false), Start.OLDEST, 0),
            Ports.free(),
            postgres,
            new Secret(PASSWORD));
    return EmbeddedSink.start(config, folder.resolve("questdb"), Time.SYSTEM);
  }

  /** A connection to it. */
  static Connection connect(int postgres) throws Exception {
    Properties login = new Properties();
    login.setProperty("user", "weir");
    login.setProperty("password", PASSWORD);
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + postgres + "/qdb", login);
  }

  static void post(URI write, String lines) {
    try {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(write)
                  .POST(HttpRequest.BodyPublishers.ofString(lines))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 204) {
        throw new IllegalStateException(answer.statusCode() + " " + answer.body());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void store(EmbeddedSink sink, List<String> batch) {
    Answer answer = sink.write(batch);
    if (!(answer instanceof Answer.Stored)) {
      throw new IllegalStateException(answer.toString());
    }
  }

  private static List<Panel> ask(
      String store, int days, DataSources sources, ProcessHandle process) {
    List<Panel> panels = new ArrayList<>();
    for (Dashboard dashboard : Dashboard.all()) {
      if (dashboard.hasTag("weir-" + store) && dashboard.variables().size() > 1) {
        Map<String, Interpolation.Choice> chosen = new LinkedHashMap<>();
        Interpolation with =
            new Interpolation(
                chosen, FROM, FROM.plus(Duration.ofDays(days)), Duration.ofHours(days));
        dashboard.variables().forEach(each -> chosen.put(name(each), choice(each, sources, with)));
        for (JsonNode panel : dashboard.panels()) {
          Panel time = time(store, dashboard, panel, sources, with, process);
          if (time != null) {
            panels.add(time);
          }
        }
      }
    }
    return panels;
  }

  private static String name(JsonNode variable) {
    return variable.path("name").asText();
  }

  private static Interpolation.Choice choice(
      JsonNode variable, DataSources sources, Interpolation with) {
    List<String> options = sources.options(variable, with);
    return variable.path("multi").asBoolean()
        ? new Interpolation.Choice(options, variable.path("allValue").asText())
        : Interpolation.Choice.one(options.get(0));
  }

  /** Only of panels of the store: those of Prometheus are of the gateway. */
  private static @Nullable Panel time(
      String store,
      Dashboard dashboard,
      JsonNode panel,
      DataSources sources,
      Interpolation with,
      ProcessHandle process) {
    if (panel.path("targets").isEmpty()
        || panel.at("/datasource/type").asText().equals("prometheus")) {
      return null;
    }
    List<Long> runs = new ArrayList<>();
    List<Long> work = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      long begin = System.nanoTime();
      long workBefore = cpu(process);
      panel.path("targets").forEach(target -> sources.ask(target, with));
      runs.add(System.nanoTime() - begin);
      work.add(cpu(process) - workBefore);
    }
    String title = panel.path("title").asText();
    return new Panel(store, dashboard.uid(), title, middle(runs), middle(work));
  }

  private static long cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** In ms. */
  private static double middle(List<Long> nanos) {
    return nanos.stream().sorted().skip(RUNS / 2).findFirst().orElseThrow() / 1e6;
  }
}
