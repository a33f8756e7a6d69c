package io.weir.gateway;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.normalize.KnownNames;
import io.weir.gateway.normalize.NameLimits;
import io.weir.gateway.normalize.SourceNames;
import java.util.Collection;

/** The meters of the names that sources bring. */
final class NameMeters {

  private NameMeters() {}

  static void register(KnownNames names, Collection<String> sources, MeterRegistry meters) {
    for (String source : sources) {
      SourceNames of = names.of(source);
      for (NameLimits.Key key : NameLimits.Key.values()) {
        Tags tags = Tags.of("source", source, "limit", key.word());
        FunctionCounter.builder(MeterNames.NAMES_REFUSED, of, each -> each.refused(key))
            .tags(tags)
            .register(meters);
        if (key.isCounted()) {
          Gauge.builder(MeterNames.NAMES_KNOWN, of, each -> each.known(key))
              .tags(tags)
              .register(meters);
          Gauge.builder(MeterNames.NAMES_LIMIT, of, each -> each.limits().of(key))
              .tags(tags)
              .register(meters);
        }
      }
    }
  }
}
