package io.weir.gateway.cli;

import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogCheck;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Failure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;

/** What the logs of the data directory say of themselves: damage, versions, times in the future. */
record LogsCheck(
    Diagnosis diagnosis, DataDirectory data, FileSystem files, Time time, WearCheck wear) {

  private static final Duration AHEAD = Duration.ofMinutes(1);

  /**
   * @param runs whether the gateway of this configuration runs
   */
  void run(boolean runs) {
    for (String log : Logs.NAMES) {
      try {
        if (!files.list(data.log(log)).isEmpty()) {
          LogCheck.Report report = LogCheck.status(data.log(log), files);
          check(log, report);
          if (!runs && log.equals(Logs.READINGS)) {
            wear.stopped(report);
          }
        }
      } catch (IOException e) {
        diagnosis.wrong(
            "log " + log,
            "cannot be read: " + Failure.inWords(e),
            e instanceof AccessDeniedException
                ? "run it as the user of the gateway"
                : "check the disk: dmesg, smartctl -a");
      }
    }
  }

  private void check(String log, LogCheck.Report report) {
    String subject = "log " + log;
    for (LogCheck.Fault fault : report.faults()) {
      if (fault.kind() == LogCheck.Kind.NEWER_FORMAT) {
        diagnosis.wrong(
            subject, fault.detail(), "upgrade again, or restore a backup: docs/guide/upgrade.md");
      } else if (fault.kind() != LogCheck.Kind.UNFINISHED) {
        diagnosis.wrong(
            subject,
            fault.file().getFileName() + ": " + fault.detail(),
            "weir buffer verify says all; weir buffer repair makes it readable again");
      }
    }
    long newest = 0;
    long units = 0;
    for (LogCheck.SegmentReport segment : report.segments()) {
      newest = Math.max(newest, segment.lastTimeNs());
      units += segment.units();
    }
    Duration ahead = Duration.ofNanos(newest - time.wallNs());
    if (ahead.compareTo(AHEAD) > 0) {
      diagnosis.wrong(
          subject,
          "its newest record is of " + Time.instant(newest) + ", which is still to come",
          "the clock was ahead once, or is behind now: set it, and keep it by NTP");
    } else if (report.isSound()) {
      diagnosis.ok(
          subject,
          "%s, %,d readings held"
              .formatted(DiscoverReport.count(report.segments().size(), "segment"), units));
    }
  }
}
