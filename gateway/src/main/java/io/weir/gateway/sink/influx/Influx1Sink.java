package io.weir.gateway.sink.influx;

import io.weir.gateway.config.Secret;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.LineTexts;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.StoreReadings;
import io.weir.gateway.sink.WritesAtOnce;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.influxdb.InfluxDB;
import org.influxdb.InfluxDB.ConsistencyLevel;
import org.influxdb.impl.InfluxDBImpl;
import org.jspecify.annotations.Nullable;
import retrofit2.Retrofit;

/**
 * InfluxDB 1.x through {@code /write} and influxdb-java. The client is made at the first write: it
 * looks up the host's address when it is made, and a store that is away must not stop the gateway
 * from starting. The database is not created, because its retention is a decision of the store's
 * operator.
 */
final class Influx1Sink implements LineSink {

  private final InfluxConfig config;
  private final String database;
  private final HttpExchanges exchanges;
  private @Nullable InfluxDB client; // guarded by this

  Influx1Sink(InfluxConfig config) {
    this.config = config;
    this.exchanges = new HttpExchanges(config.tls());
    this.database = Objects.requireNonNull(config.database(), "database");
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public Dialect dialect() {
    return new Dialect(config.precision(), config.text(), false);
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
            client()
                .write(
                    database,
                    config.retentionPolicy(),
                    ConsistencyLevel.ONE,
                    precision(config.precision()),
                    HttpExchanges.BODY));
  }

  @Override
  public StoreReadings readings() {
    return new InfluxReadings(config);
  }

  @Override
  public boolean replaces() {
    return config.text();
  }

  private synchronized InfluxDB client() {
    if (client == null) {
      Secret password = config.username() == null ? null : config.password();
      OkHttpClient.Builder http = exchanges.clientBuilder(config.url(), config.timeout());
      client =
          new InfluxDBImpl(
              config.url().toString(),
              password == null ? null : config.username(),
              password == null ? null : password.value(),
              http,
              // without one it makes a client that it never uses, which reads what Java trusts
              new Retrofit.Builder().client(http.build()),
              InfluxDB.ResponseFormat.JSON);
      if (config.batch().gzip()) {
        client.enableGzip();
      }
    }
    return client;
  }

  private static TimeUnit precision(SinkConfig.Precision precision) {
    return switch (precision) {
      case NS -> TimeUnit.NANOSECONDS;
      case US -> TimeUnit.MICROSECONDS;
      case MS -> TimeUnit.MILLISECONDS;
      case S -> TimeUnit.SECONDS;
    };
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
    }
  }
}
