package io.weir.gateway.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registry of all meters, with those of the JVM and the process. No meter carries the gateway's
 * id: a scraper knows its target, and {@code weir_gateway_version} has the id for a join.
 */
public final class Meters implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final OtlpExport.@Nullable Sent sent;
  private final MeterRegistry everywhere;
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /** Meters that are only scraped. */
  public Meters(String gateway, String version) {
    this(gateway, version, null);
  }

  /**
   * @param gateway the gateway's id
   * @param version the program's version
   * @param export where the meters are sent too, or {@code null}
   */
  public Meters(String gateway, String version, @Nullable OtlpExport export) {
    sent = export == null ? null : export.registry(gateway, version);
    // Without an export there is no step between a meter and its use.
    everywhere =
        sent == null
            ? registry
            : new CompositeMeterRegistry(Clock.SYSTEM, List.of(registry, sent.registry()));
    everywhere.config().meterFilter(new Meanings());
    new JvmMemoryMetrics().bindTo(everywhere);
    new JvmThreadMetrics().bindTo(everywhere);
    new ClassLoaderMetrics().bindTo(everywhere);
    new ProcessorMetrics().bindTo(everywhere);
    new FileDescriptorMetrics().bindTo(everywhere);
    new UptimeMetrics().bindTo(everywhere);
    Gauge.builder(MeterNames.VERSION, () -> 1)
        .tags("gateway", gateway, "version", version)
        .register(everywhere);
  }

  /**
   * Counts the collections of garbage from now on, and sends the meters where they are to be sent.
   */
  public void start() {
    collections.bindTo(everywhere); // the JVM then holds these meters, and all that they show
    if (sent != null) {
      sent.start();
    }
  }

  /** Where parts register their meters, so that they are scraped and, if configured, sent. */
  public MeterRegistry everywhere() {
    return everywhere;
  }

  /** The meters as they are scraped. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  @Override
  public void close() {
    collections.close();
    everywhere.close(); // and those it is made of
  }

  /** Adds the description to every meter; Prometheus shows it as HELP. */
  private static final class Meanings implements MeterFilter {
    @Override
    public Meter.Id map(Meter.Id id) {
      MeterNames.Described described = MeterNames.all().get(id.getName());
      return described == null
          ? id
          : new Meter.Id(
              id.getName(),
              Tags.of(id.getTagsAsIterable()),
              id.getBaseUnit(),
              described.meaning(),
              id.getType());
    }
  }
}
