package io.weir.gateway;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.datadir.DiskWrites;
import io.weir.gateway.metrics.MeterNames;

/** Shows what is written to the data directory, for the life of a card (docs/guide/flash.md). */
final class DiskMeters {

  private static final String FILES = "files";

  private DiskMeters() {}

  static void register(DiskWrites writes, MeterRegistry meters) {
    for (String kind : writes.kinds()) {
      FunctionCounter.builder(MeterNames.DISK_WRITTEN, writes, each -> each.bytes(kind))
          .tag(FILES, kind)
          .register(meters);
      FunctionCounter.builder(MeterNames.DISK_SYNCS, writes, each -> each.syncs(kind))
          .tag(FILES, kind)
          .register(meters);
      Gauge.builder(MeterNames.DISK_DAILY_BYTES, writes, each -> each.aDay(each.bytes(kind)))
          .tag(FILES, kind)
          .register(meters);
      Gauge.builder(MeterNames.DISK_DAILY_SYNCS, writes, each -> each.aDay(each.syncs(kind)))
          .tag(FILES, kind)
          .register(meters);
    }
  }
}
