package io.weir.gateway.correction;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A log of corrections on a disk of a test, synced when it says so. */
public record CorrectionLogs(SegmentLog segments, CorrectionLog log) {

  public static CorrectionLogs open(FileSystem disk) throws IOException {
    SegmentLog segments = segments(disk);
    return new CorrectionLogs(segments, new CorrectionLog(segments));
  }

  /** Of a member of a group. */
  public static CorrectionLogs open(FileSystem disk, String member) throws IOException {
    SegmentLog segments = segments(disk);
    return new CorrectionLogs(segments, new CorrectionLog(segments, member, true));
  }

  private static SegmentLog segments(FileSystem disk) throws IOException {
    LogOptions options = CorrectionLog.options(Path.of("/log"), 64 << 10, 1 << 20);
    return SegmentLog.open(
        "corrections",
        options,
        disk,
        new ManualTime(),
        RunningTotal.NOTHING,
        new SimpleMeterRegistry());
  }

  /** Appends and syncs. */
  public Entry keep(Entry entry) throws IOException {
    CompletableFuture<Entry> kept = log.append(entry);
    segments.step();
    return kept.join();
  }
}
