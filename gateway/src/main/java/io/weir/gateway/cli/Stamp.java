package io.weir.gateway.cli;

import io.weir.gateway.log.Time;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** A time as part of a file's name, such as 20260301T060000Z. */
final class Stamp {

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private Stamp() {}

  static String of(Time time) {
    return FORMAT.format(Time.instant(time.wallNs()));
  }
}
