package io.weir.gateway.sink.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.service.WriteService;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.LineTexts;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.StoreReadings;
import io.weir.gateway.sink.WritesAtOnce;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Any store that accepts line protocol at {@code /api/v2/write}: InfluxDB 2.x and 3.x,
 * VictoriaMetrics, QuestDB. Uses the write service of influxdb-client-java: its asynchronous write
 * keeps and drops points by itself, and its blocking one requires an organisation even where the
 * store has none.
 */
public final class Influx2Sink implements LineSink {

  private final String name;
  private final Dialect dialect;
  private final HttpExchanges exchanges;
  private final InfluxDBClient client;
  private final WriteService writes;
  private final String bucket;
  private final @Nullable String org;
  private final @Nullable Supplier<StoreReadings> readings;

  /**
   * @param bucket the bucket; for version 3 the database
   * @param org the organisation, {@code null} where the store has none
   * @param tls files for TLS, or {@code null} for what Java knows
   * @param readings asks the store for what it gives back, or {@code null}
   */
  public Influx2Sink(
      String name,
      Dialect dialect,
      URI url,
      String bucket,
      @Nullable String org,
      @Nullable Secret token,
      Duration timeout,
      boolean gzip,
      @Nullable TlsFiles tls,
      @Nullable Supplier<StoreReadings> readings) {
    this.name = name;
    this.exchanges = new HttpExchanges(tls);
    this.dialect = dialect;
    InfluxDBClientOptions.Builder options =
        InfluxDBClientOptions.builder()
            .url(url.toString())
            .okHttpClient(exchanges.clientBuilder(url, timeout));
    if (token != null) {
      options.authenticateToken(token.value().toCharArray());
    }
    this.client = InfluxDBClientFactory.create(options.build());
    if (gzip) {
      client.enableGzip();
    }
    this.writes = client.getService(WriteService.class);
    this.bucket = bucket;
    this.org = org;
    this.readings = readings;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Dialect dialect() {
    return dialect;
  }

  @Override
  public int writesAtOnce() {
    return WritesAtOnce.upTo(4);
  }

  @Override
  public Answer write(LineTexts lines) {
    return exchanges.answer(
        lines,
        () ->
            writes
                .postWrite(
                    org,
                    bucket,
                    HttpExchanges.BODY,
                    null,
                    "identity",
                    "text/plain; charset=utf-8",
                    null,
                    "application/json",
                    null,
                    precision(dialect.precision()),
                    null)
                .execute());
  }

  @Override
  public @Nullable StoreReadings readings() {
    return readings == null ? null : readings.get();
  }

  /** VictoriaMetrics, which keeps no text, does not. */
  @Override
  public boolean replaces() {
    return dialect.text();
  }

  private static WritePrecision precision(SinkConfig.Precision precision) {
    return switch (precision) {
      case NS -> WritePrecision.NS;
      case US -> WritePrecision.US;
      case MS -> WritePrecision.MS;
      case S -> WritePrecision.S;
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
