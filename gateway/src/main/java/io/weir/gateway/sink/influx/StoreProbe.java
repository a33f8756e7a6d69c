package io.weir.gateway.sink.influx;

import io.weir.gateway.config.TlsReasons;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.Sink.Answer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Asks a store whether it would take a write, without writing: an empty body goes the whole way
 * through login and the choice of the database, and holds no line.
 */
public final class StoreProbe {

  /**
   * What the store says.
   *
   * @param version in its own words; "" where it does not say
   * @param clock its wall time when it answered, in whole seconds, or {@code null}
   * @param answer to the empty write
   */
  public record Found(String version, @Nullable Instant clock, Answer answer) {}

  private StoreProbe() {}

  /**
   * @throws IOException if it does not answer
   */
  public static Found ask(InfluxConfig config) throws IOException {
    OkHttpClient client =
        new HttpExchanges(config.tls()).clientBuilder(config.url(), config.timeout()).build();
    String url = config.url().toString().replaceFirst("/+$", "") + "/ping";
    String version;
    Instant clock;
    try (Response response = client.newCall(new Request.Builder().url(url).build()).execute()) {
      version = Objects.requireNonNullElse(response.header("X-Influxdb-Version"), "");
      clock = instant(response.header("Date"));
    } catch (SSLException e) {
      throw new IOException(TlsReasons.of(e, TlsReasons.Peer.STORE), e);
    } finally {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
    try (LineSink sink = InfluxSinks.of(config)) {
      return new Found(version, clock, sink.write(List.of("")));
    }
  }

  private static @Nullable Instant instant(@Nullable String date) {
    try {
      return date == null
          ? null
          : ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) { // not the date of a web server: not known then
      return null;
    }
  }
}
