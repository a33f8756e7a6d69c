package io.weir.gateway.sink;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.sink.SinkConfig.Batch;
import io.weir.gateway.sink.SinkConfig.Precision;
import io.weir.gateway.sink.SinkConfig.Replay;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.thin.ThinRule;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the configuration of an InfluxDB for a test: one without a password, to which batches are
 * sent as they are by default, but without gzip; and what the test says otherwise.
 */
public final class StoreConfig {

  /** Where nothing listens. */
  public static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  private final int version;
  private final URI url;
  private final String database;
  private String name = "history";
  private Batch batch = new Batch(5_000, 4 << 20, Duration.ofMillis(200), false);
  private long maxLag;
  private Replay replay = Replay.DEFAULT;
  private List<ThinRule> thin = List.of();
  private @Nullable Secret token;
  private @Nullable String retentionPolicy;
  private @Nullable String username;
  private @Nullable Secret password;
  private Precision precision = Precision.NS;
  private boolean text = true;
  private Duration timeout = Duration.ofSeconds(5);
  private @Nullable TlsFiles tls;

  private StoreConfig(int version, URI url, String database) {
    this.version = version;
    this.url = url;
    this.database = database;
  }

  /**
   * @param database of version 2 the bucket, in the organisation {@code factory}
   */
  public static StoreConfig of(int version, URI url, String database) {
    return new StoreConfig(version, url, database);
  }

  public StoreConfig name(String itsName) {
    name = itsName;
    return this;
  }

  public StoreConfig batch(int maxLines, int maxBytes, Duration linger) {
    batch = new Batch(maxLines, maxBytes, linger, batch.gzip());
    return this;
  }

  public StoreConfig maxLines(int lines) {
    return batch(lines, batch.maxBytes(), batch.linger());
  }

  public StoreConfig gzip() {
    batch = new Batch(batch.maxLines(), batch.maxBytes(), batch.linger(), true);
    return this;
  }

  public StoreConfig maxLag(long bytes) {
    maxLag = bytes;
    return this;
  }

  public StoreConfig replay(Replay order) {
    replay = order;
    return this;
  }

  public StoreConfig thin(List<ThinRule> rules) {
    thin = rules;
    return this;
  }

  public StoreConfig token(String secret) {
    token = new Secret(secret);
    return this;
  }

  public StoreConfig retentionPolicy(String policy) {
    retentionPolicy = policy;
    return this;
  }

  public StoreConfig user(String user, String secret) {
    username = user;
    password = new Secret(secret);
    return this;
  }

  public StoreConfig precision(Precision ofTimes) {
    precision = ofTimes;
    return this;
  }

  /** It keeps no text. */
  public StoreConfig numbersOnly() {
    text = false;
    return this;
  }

  public StoreConfig timeout(Duration most) {
    timeout = most;
    return this;
  }

  public StoreConfig tls(@Nullable TlsFiles files) {
    tls = files;
    return this;
  }

  public InfluxConfig make() {
    return new InfluxConfig(
        new SinkCommon(name, batch, SinkConfig.Start.OLDEST, maxLag, replay, thin),
        version,
        url,
        version == 2 ? "factory" : null,
        version == 2 ? database : null,
        token,
        version == 2 ? null : database,
        retentionPolicy,
        username,
        password,
        precision,
        text,
        timeout,
        tls);
  }
}
