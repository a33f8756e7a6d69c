package io.weir.gateway.bench;

import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.VictoriaMetrics;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.StoreConfig;
import io.weir.gateway.sink.embedded.EmbeddedConfig;
import io.weir.gateway.sink.embedded.MeasuredStore;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.influx.InfluxSinks;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A real store that is filled in turns, by a drain and by a loader. */
abstract class FilledStore implements AutoCloseable {

  static final SinkConfig.Batch BATCH =
      new SinkConfig.Batch(BenchLog.LINES_A_BATCH, 4 << 20, Duration.ofMillis(200), false);

  /** Its name in a table. */
  abstract String title();

  /** Begins a turn, in which a measurement is written that was never written before. */
  abstract void begin(String measurement) throws Exception;

  abstract SinkConfig config();

  /** How the gateway writes to it. Closed by the store where {@link #close} is called. */
  abstract LineSink sink();

  /** How a loader writes to it. */
  abstract RawLoader.Target target();

  /** Lines of a measurement that can be asked for. */
  abstract long lines(String measurement) throws Exception;

  @Override
  public abstract void close();

  static FilledStore of(String name, Path home) throws IOException {
    return switch (name) {
      case "influxdb" -> new Influx(home.resolve(name));
      case "victoriametrics" -> new Victoria(home.resolve(name));
      case "questdb" -> new Quest(home.resolve(name));
      default -> throw new IllegalArgumentException("no store " + name);
    };
  }

  /** InfluxDB 1, a database for each turn. */
  private static final class Influx extends FilledStore {

    private final InfluxDb influx;
    private int turn;
    private @Nullable LineSink sink;

    Influx(Path home) throws IOException {
      influx = new InfluxDb(home);
      influx.start();
    }

    @Override
    String title() {
      return "InfluxDB 1";
    }

    private String database() {
      return "turn" + turn;
    }

    @Override
    void begin(String measurement) {
      if (sink != null) {
        sink.close();
      }
      turn++;
      influx.createDatabase(database());
      sink = InfluxSinks.of(config());
    }

    @Override
    InfluxConfig config() {
      return BenchLog.sink(influx.url(), database());
    }

    @Override
    LineSink sink() {
      return begun(sink);
    }

    @Override
    RawLoader.Target target() {
      return RawLoader.Target.influx(influx.url(), database());
    }

    @Override
    long lines(String measurement) {
      return influx.count(database(), measurement, "energy");
    }

    @Override
    public void close() {
      if (sink != null) {
        sink.close();
      }
      influx.close();
    }
  }

  /** VictoriaMetrics has no databases: a process and a folder for each turn. */
  private static final class Victoria extends FilledStore {

    private final Path home;
    private int turn;
    private VictoriaMetrics victoria;
    private @Nullable LineSink sink;

    Victoria(Path home) throws IOException {
      this.home = home;
      this.victoria = new VictoriaMetrics(home.resolve("0"));
    }

    @Override
    String title() {
      return "VictoriaMetrics";
    }

    @Override
    void begin(String measurement) throws IOException {
      close();
      turn++;
      victoria = new VictoriaMetrics(home.resolve(String.valueOf(turn)));
      victoria.start();
      sink = InfluxSinks.of(config());
    }

    @Override
    InfluxConfig config() {
      return StoreConfig.of(2, URI.create(victoria.url()), "bench")
          .name("bench")
          .maxLines(BenchLog.LINES_A_BATCH)
          .precision(SinkConfig.Precision.MS)
          .numbersOnly()
          .timeout(Duration.ofSeconds(30))
          .make();
    }

    @Override
    LineSink sink() {
      return begun(sink);
    }

    @Override
    RawLoader.Target target() {
      return new RawLoader.Target(
          URI.create(victoria.url() + "/api/v2/write?org=bench&bucket=bench&precision=ms"), null);
    }

    @Override
    long lines(String measurement) throws IOException {
      victoria.flush();
      String sum = "sum(count_over_time(" + measurement + "_energy[1d]))";
      long end = BenchLog.START_NS / 1_000_000_000 + Duration.ofDays(1).toSeconds() - 1;
      String answer =
          victoria.get(
              "/api/v1/query?time="
                  + end
                  + "&query="
                  + URLEncoder.encode(sum, StandardCharsets.UTF_8));
      return MeasuredGateway.read(answer).at("/data/result/0/value/1").asLong();
    }

    @Override
    public void close() {
      if (sink != null) {
        sink.close();
        sink = null;
      }
      victoria.close();
    }
  }

  /** The store inside the gateway, a table for each turn. */
  private static final class Quest extends FilledStore {

    private final EmbeddedConfig config;
    private final MeasuredStore store;

    Quest(Path home) {
      config =
          new EmbeddedConfig(
              new SinkCommon("bench", BATCH, SinkConfig.Start.OLDEST, 0), Ports.free(), 0, null);
      store = MeasuredStore.start(config, home);
    }

    @Override
    String title() {
      return "QuestDB inside";
    }

    @Override
    void begin(String measurement) throws Exception {
      store.prepare(measurement);
    }

    @Override
    EmbeddedConfig config() {
      return config;
    }

    @Override
    LineSink sink() {
      return store.sink();
    }

    @Override
    RawLoader.Target target() {
      return new RawLoader.Target(store.write(), store.authorization());
    }

    @Override
    long lines(String measurement) throws Exception {
      return store.rows(measurement);
    }

    @Override
    public void close() {
      store.close();
    }
  }

  private static LineSink begun(@Nullable LineSink sink) {
    if (sink == null) {
      throw new IllegalStateException("no turn has begun");
    }
    return sink;
  }
}
