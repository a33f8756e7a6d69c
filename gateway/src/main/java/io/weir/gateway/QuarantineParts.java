package io.weir.gateway;

import io.micrometer.core.instrument.Gauge;
import io.weir.gateway.admin.QuarantineReplay;
import io.weir.gateway.api.QuarantineView;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.quarantine.Quarantine;
import io.weir.gateway.quarantine.QuarantineBalance;
import io.weir.gateway.quarantine.QuarantineBook;
import io.weir.gateway.quarantine.QuarantineCopier;
import io.weir.gateway.quarantine.Quarantined.Side;
import io.weir.gateway.source.SourceConfig;
import java.io.IOException;
import java.util.function.ToLongFunction;

/** The wiring of what was rejected: kept in its own log, shown, and replayed. */
final class QuarantineParts {

  private final Base base;
  private final QuarantineLog log;
  private final Quarantine quarantine;

  /**
   * @param recalled records at the end of its log that are read again
   */
  QuarantineParts(Base base, SegmentLog opened, int recalled) throws IOException {
    this.base = base;
    log = new QuarantineLog(opened);
    quarantine = new Quarantine(log, Logs.MOST_EVIDENCE_BYTES, base.meters());
    quarantine.recall(log.from(log.end() - recalled));
  }

  Quarantine quarantine() {
    return quarantine;
  }

  /** Fills it from the log of readings, whose total the ledger is. */
  QuarantineCopier copier(SegmentLog readings, IntakeTotals ledger) throws IOException {
    QuarantineCopier copier =
        new QuarantineCopier(
            readings.feed(CursorNames.QUARANTINE, SegmentLog.Start.OLDEST),
            quarantine.writer(Side.SOURCE, CursorNames.QUARANTINE, Logs.READINGS),
            base.time(),
            base.config().gateway().storage().commitEvery(),
            ledger::rejected);
    base.started().add("quarantine", copier::close);
    meter("copied", copier, QuarantineBalance::copied);
    meter("lost", copier, QuarantineBalance::lost);
    meter("pending", copier, QuarantineBalance::pending);
    return copier;
  }

  private void meter(
      String state, QuarantineCopier copier, ToLongFunction<QuarantineBalance> count) {
    Gauge.builder(MeterNames.QUARANTINE_LEDGER, copier, of -> count.applyAsLong(of.balance()))
        .tag("state", state)
        .register(base.meters());
  }

  /** Takes what was rejected in once more. */
  QuarantineReplay replay(Intake intake, SinkParts sinks, SegmentLog readings) {
    QuarantineReplay replay =
        new QuarantineReplay(
            new QuarantineBook(log),
            quarantine.writer(Side.SOURCE, SourceConfig.REPLAY, Logs.READINGS),
            intake,
            base.time(),
            sinks::precision,
            readings::stepWithoutThread);
    base.started().add("replay", replay::close);
    return replay;
  }

  QuarantineView view(QuarantineReplay replay) {
    return new QuarantineView(quarantine, replay.book());
  }
}
