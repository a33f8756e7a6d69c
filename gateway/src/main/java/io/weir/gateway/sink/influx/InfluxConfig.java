package io.weir.gateway.sink.influx;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An InfluxDB, or a store that speaks its line protocol over HTTP.
 *
 * @param version 1, 2 or 3
 * @param bucket version 2: with org; else {@code null}
 * @param database versions 1 and 3
 * @param tls files for a url that begins with https, or {@code null} for what Java knows
 * @param text whether the store keeps text fields (VictoriaMetrics does not)
 */
public record InfluxConfig(
    SinkCommon common,
    int version,
    URI url,
    @Nullable String org,
    @Nullable String bucket,
    @Nullable Secret token,
    @Nullable String database,
    @Nullable String retentionPolicy,
    @Nullable String username,
    @Nullable Secret password,
    Precision precision,
    boolean text,
    Duration timeout,
    @Nullable TlsFiles tls)
    implements SinkConfig {

  @Override
  public String type() {
    return InfluxFactory.NAME;
  }

  @Override
  public String address() {
    return Urls.origin(url);
  }

  @Override
  public String summary() {
    return "InfluxDB " + version + " at " + url + ", " + (bucket == null ? database : bucket);
  }

  @Override
  public List<String> warnings() {
    boolean exposed =
        url.getScheme().equals("http")
            && (token != null || password != null)
            && !Hosts.isLoopback(url.getHost());
    return exposed ? List.of("its secret crosses the network unencrypted") : List.of();
  }
}
