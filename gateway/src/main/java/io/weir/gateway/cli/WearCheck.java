package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.log.LogCheck;
import io.weir.gateway.settings.Storage;
import org.jspecify.annotations.Nullable;

/**
 * What is written to the data directory in a day, and how long a card lasts that endures so much.
 * {@code docs/guide/flash.md} has the arithmetic.
 *
 * @param tbw what the disk endures by its data sheet, in TB (10^12 bytes) written; {@code null} if
 *     it was not given
 */
record WearCheck(Diagnosis diagnosis, Storage storage, @Nullable Double tbw) {

  /** What a file system writes beside the data at each sync: ext4's journal, measured. */
  static final long BYTES_A_SYNC = 16 << 10;

  private static final String SUBJECT = "wear of the disk";

  private static final double GB = 1e9;
  private static final double TB = 1e12;
  private static final double DAYS_A_YEAR = 365.25;
  private static final double DAY_S = 86_400;

  /** So much is endured by a small card of today; the text says it. */
  private static final double USUAL_TBW = 10;

  private static final double SHORT_YEARS = 5;

  /** A shorter time says nothing of a day. */
  private static final double LEAST_S = 600;

  /** What a running gateway says. */
  void running(JsonNode disk) {
    if (!disk.path("bytesPerDay").isNumber()) {
      diagnosis.ok(SUBJECT, "is known after the first minute, or not by that version");
      return;
    }
    double bytes = disk.path("bytesPerDay").asDouble();
    double syncs = disk.path("syncsPerDay").asDouble();
    double reach = bytes + syncs * BYTES_A_SYNC;
    double endured = tbw == null ? USUAL_TBW : tbw;
    double years = endured * TB / reach / DAYS_A_YEAR;
    String text =
        ("%.1f GB and %,.0f syncs a day, about %.1f GB with what the file system adds; a disk that"
                + " endures %.0f TB (TBW) lasts about %s")
            .formatted(bytes / GB, syncs, reach / GB, endured, span(years));
    if (years < SHORT_YEARS && (tbw != null || storage == Storage.FLASH)) {
      diagnosis.note(
          SUBJECT,
          text,
          storage == Storage.FLASH
              ? "a longer buffer.linger writes less; see docs/guide/flash.md"
              : "gateway.storage: flash writes less; see docs/guide/flash.md");
    } else {
      diagnosis.ok(SUBJECT, text);
    }
  }

  private static String span(double years) {
    return years < 1 ? "%.0f days".formatted(years * DAYS_A_YEAR) : "%.0f years".formatted(years);
  }

  /** What the newest file of a log says; how often it was synced is not in it. */
  void stopped(LogCheck.Report readings) {
    if (readings.segments().isEmpty()) {
      return;
    }
    LogCheck.SegmentReport newest = readings.segments().get(readings.segments().size() - 1);
    double seconds = (newest.lastTimeNs() - newest.firstTimeNs()) / 1e9;
    if (newest.firstTimeNs() > 0 && seconds >= LEAST_S) {
      diagnosis.ok(
          SUBJECT,
          "the log of readings grew by %.2f GB a day; syncs are known while the gateway runs"
              .formatted(newest.bytes() / seconds * DAY_S / GB));
    }
  }
}
