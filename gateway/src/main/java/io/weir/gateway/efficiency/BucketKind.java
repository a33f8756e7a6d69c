package io.weir.gateway.efficiency;

import java.util.Locale;

/** How long a stretch is. */
enum BucketKind {
  MINUTE,
  HOUR,
  SHIFT,
  DAY;

  /** The tag by which it is stored. */
  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
