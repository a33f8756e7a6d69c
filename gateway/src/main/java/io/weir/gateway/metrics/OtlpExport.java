package io.weir.gateway.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.util.NamedThreadFactory;
import io.micrometer.registry.otlp.CompressionMode;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the meters are sent by OTLP, the protocol of OpenTelemetry, over HTTP.
 *
 * @param url where a collector takes metrics, such as {@code http://localhost:4318/v1/metrics}
 * @param interval how often
 * @param headers sent with each request; their values are secrets
 * @param tls whom to trust, and who we are; {@code null} for what Java knows
 */
public record OtlpExport(
    URI url, Duration interval, Map<String, String> headers, @Nullable TlsContext tls) {

  /** TLS of a connection, from files that may be renewed. */
  @FunctionalInterface
  public interface TlsContext {

    /**
     * @throws IOException if a file cannot be read or used
     */
    SSLContext open() throws IOException;
  }

  /** The headers are left out: they hold keys and passwords. */
  @Override
  public String toString() {
    return "OTLP every " + interval + " to " + url;
  }

  /** A registry that is sent from its start on, by a thread of its own, and when it is closed. */
  Sent registry(String gateway, String version) {
    return new Sent(
        new Settings(
            this,
            Map.of(
                "service.name", "weir",
                "service.instance.id", gateway,
                "service.version", version)));
  }

  /** The registry, and whether it has been started: none of its threads is there before. */
  static final class Sent {

    private final Settings settings;
    private final OtlpMeterRegistry registry;

    private Sent(Settings settings) {
      this.settings = settings;
      this.registry =
          OtlpMeterRegistry.builder(settings)
              .clock(Clock.SYSTEM)
              .metricsSender(new OtlpSender(settings.export.url(), settings.export.tls()))
              .build();
    }

    OtlpMeterRegistry registry() {
      return registry;
    }

    void start() {
      settings.started = true;
      registry.start(new NamedThreadFactory("otlp"));
    }
  }

  private static final class Settings implements OtlpConfig {

    private final OtlpExport export;
    private final Map<String, String> resource;
    private volatile boolean started;

    Settings(OtlpExport export, Map<String, String> resource) {
      this.export = export;
      this.resource = resource;
    }

    /** Nothing is taken from properties or the environment. */
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public boolean enabled() {
      return started;
    }

    @Override
    public String url() {
      return export.url().toString();
    }

    @Override
    public Duration step() {
      return export.interval();
    }

    @Override
    public Map<String, String> headers() {
      return export.headers();
    }

    @Override
    public Map<String, String> resourceAttributes() {
      return resource;
    }

    @Override
    public CompressionMode compressionMode() {
      return CompressionMode.GZIP;
    }

    @Override
    public TimeUnit baseTimeUnit() {
      return TimeUnit.SECONDS;
    }
  }
}
