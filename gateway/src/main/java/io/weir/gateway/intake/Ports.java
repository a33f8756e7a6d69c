package io.weir.gateway.intake;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.normalize.DeviceClocks;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The sources that have sent anything, by name. Thread-safe. */
final class Ports {

  private final IntakeTotals ledger;
  private final MeterRegistry registry;
  private final Supplier<DeviceClocks> clocks;
  private final Map<String, SourcePort> all = new ConcurrentHashMap<>();

  /**
   * @param clocks of the devices, asked when a source is new
   */
  Ports(IntakeTotals ledger, MeterRegistry registry, Supplier<DeviceClocks> clocks) {
    this.ledger = ledger;
    this.registry = registry;
    this.clocks = clocks;
  }

  SourcePort of(String source) {
    SourcePort known = all.get(source);
    return known != null ? known : all.computeIfAbsent(source, this::made);
  }

  private SourcePort made(String source) {
    return new SourcePort(source, ledger, registry, clocks.get());
  }

  /** Messages of each source so far that this gateway had published itself. */
  Map<String, Long> ownMessages() {
    Map<String, Long> counts = new TreeMap<>();
    all.forEach((source, port) -> counts.put(source, (long) port.own.count()));
    return counts;
  }
}
