package io.weir.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.quarantine.Quarantine;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The gateway's logs and their bounds. The caller that opens a log closes it. */
final class Logs {

  static final String READINGS = "readings";
  static final String FIGURES = "figures";
  static final String QUARANTINE = "quarantine";
  static final String CORRECTIONS = "corrections";

  static final String AUDIT = "audit";

  static final List<String> NAMES = List.of(READINGS, FIGURES, QUARANTINE, CORRECTIONS, AUDIT);

  /** About 200,000 deeds. */
  private static final long AUDIT_BYTES = 64L << 20;

  private static final int MOST_DEED_BYTES = 16 << 10;

  static final int MOST_EVIDENCE_BYTES = 1 << 20;

  private final Config config;
  private final DataDirectory data;
  private final FileSystem files;
  private final Time time;
  private final MeterRegistry meters;

  Logs(Config config, DataDirectory data, FileSystem files, Time time, MeterRegistry meters) {
    this.config = config;
    this.data = data;
    this.files = files;
    this.time = time;
    this.meters = meters;
  }

  SegmentLog readings(IntakeTotals ledger) throws IOException {
    Config.Buffer buffer = config.buffer();
    LogOptions options =
        new LogOptions(
            data.log(READINGS),
            buffer.segmentSize(),
            buffer.maxSize(),
            config.dropsOldestFiles() ? LogOptions.WhenFull.DROP_OLDEST : LogOptions.WhenFull.BLOCK,
            buffer.linger(),
            mostRecordBytes(buffer),
            kept(),
            buffer.pack());
    return SegmentLog.open(READINGS, options, files, time, ledger, meters);
  }

  /** What every consumer has passed is of use only to make figures again. */
  private LogOptions.Keep kept() {
    EfficiencyConfig efficiency = config.efficiency();
    return efficiency == null
        ? LogOptions.Keep.NOTHING
        : new LogOptions.Keep(efficiency.keep().age(), efficiency.keep().bytes());
  }

  /**
   * A message's readings take at most about twice its payload; a small buffer bounds it further.
   */
  private static int mostRecordBytes(Config.Buffer buffer) {
    long wanted = 2L * buffer.maxMessageSize() + (64 << 10);
    return (int) Math.min(wanted, buffer.maxSize() / 4 - (32 << 10));
  }

  SegmentLog quarantine() throws IOException {
    int mostRecordBytes = Quarantine.mostRecordBytes(MOST_EVIDENCE_BYTES);
    return dropOldest(QUARANTINE, config.quarantine().maxSize(), Duration.ZERO, mostRecordBytes);
  }

  SegmentLog figures() throws IOException {
    long bound = config.figures().maxSize();
    int mostRecordBytes = (int) Math.min(FiguresWriter.MOST_RECORD_BYTES, bound / 8);
    return dropOldest(FIGURES, bound, config.gateway().storage().figuresLinger(), mostRecordBytes);
  }

  /** It drops nothing: at its bound it takes no more. */
  SegmentLog corrections() throws IOException {
    LogOptions options =
        CorrectionLog.options(
            data.log(CORRECTIONS), config.buffer().segmentSize(), config.corrections().maxSize());
    return SegmentLog.open(CORRECTIONS, options, files, time, RunningTotal.NOTHING, meters);
  }

  /** Who did what. */
  SegmentLog audit() throws IOException {
    return dropOldest(AUDIT, AUDIT_BYTES, Duration.ZERO, MOST_DEED_BYTES);
  }

  /** A log that never blocks an append: at its bound the oldest records are dropped. */
  private SegmentLog dropOldest(String name, long bound, Duration linger, int mostRecordBytes)
      throws IOException {
    LogOptions options =
        new LogOptions(
            data.log(name),
            Math.min(config.buffer().segmentSize(), bound / 8),
            bound,
            LogOptions.WhenFull.DROP_OLDEST,
            linger,
            mostRecordBytes,
            LogOptions.Keep.NOTHING,
            config.buffer().pack());
    return SegmentLog.open(name, options, files, time, RunningTotal.NOTHING, meters);
  }
}
