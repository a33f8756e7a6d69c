package io.weir.gateway;

import io.weir.gateway.intake.Decoding;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.Asset;
import io.weir.gateway.normalize.KnownNames;
import io.weir.gateway.normalize.NameLimits;
import io.weir.gateway.normalize.NormalizerMemory;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.normalize.ReceiveTimes;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.Config;
import io.weir.gateway.source.SourceConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/** The wiring of a message's way in: from known names, types and clocks to the log of readings. */
final class IntakeParts {

  private final ReceiveClock clock;
  private final KnownNames names;
  private final Intake intake;

  /**
   * @param expressions runs JSONata
   * @param ledger of the log of readings
   * @param known machines that have figures
   * @param recalled records at the end of the log that are read again
   */
  IntakeParts(
      Base base,
      Executor expressions,
      SegmentLog readings,
      IntakeTotals ledger,
      SinkParts sinks,
      Set<Asset> known,
      int recalled)
      throws IOException {
    Types types = Types.load(base.data().types(base.files(), base.damaged()));
    clock = new ReceiveClock(base.time(), sinks.coarsestStep(), receiveTimes(ledger, readings));
    names = loadNames(base, sinks, known);
    types.recall(names);
    readings.beforeEachWrite(names::settle);
    NormalizerMemory memory = new NormalizerMemory(sinks.finestStep(), clock, names, base.budget());
    Decoding decoding = new Decoding(base.config().routes(), types, memory, expressions);
    if (decoding.deduplicates()) {
      decoding.recall(readings.scan(readings.endOffset() - recalled));
    }
    intake =
        new Intake(
            decoding,
            readings,
            ledger,
            clock,
            base.time(),
            base.meters(),
            base.config().buffer().maxMessageSize(),
            SinkParts.written(base.config().sinks()));
  }

  /** What the log of readings keeps a running total of. */
  static IntakeTotals ledger(Config config) {
    Config.Buffer buffer = config.buffer();
    return IntakeTotals.of(config.sources(), buffer.segmentSize(), buffer.maxSize());
  }

  /** As the log has them; a log that an older version wrote knows the highest one only. */
  private static ReceiveTimes receiveTimes(IntakeTotals ledger, SegmentLog readings) {
    ReceiveTimes times = ledger.receiveTimes();
    return times.last() == 0 ? ReceiveTimes.upTo(readings.lastReceiveTimeNs()) : times;
  }

  /** What the sources have brought, within their limits. */
  private static KnownNames loadNames(Base base, SinkParts sinks, Set<Asset> known)
      throws IOException {
    List<SourceConfig> sources = base.config().sources();
    NameLimits usual = NameLimits.share(base.budget(), sinks.mostFields(), sources.size());
    Map<String, NameLimits> limits = new HashMap<>();
    for (SourceConfig source : sources) {
      NameLimits own = base.config().limits().getOrDefault(source.name(), NameLimits.UNSET);
      limits.put(source.name(), own.or(usual));
    }
    KnownNames names =
        KnownNames.load(base.data().names(base.files(), base.damaged()), limits, usual, known);
    NameMeters.register(names, limits.keySet(), base.meters());
    return names;
  }

  Intake intake() {
    return intake;
  }

  ReceiveClock clock() {
    return clock;
  }

  KnownNames names() {
    return names;
  }
}
