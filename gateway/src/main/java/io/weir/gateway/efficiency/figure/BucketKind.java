package io.weir.gateway.efficiency.figure;

import java.util.Locale;

/** The reporting periods. */
public enum BucketKind {
  MINUTE,
  HOUR,
  SHIFT,
  DAY;

  /** Whether its sums are kept by product, too. */
  public boolean hasProducts() {
    return this == SHIFT || this == DAY;
  }

  /** Value of the tag {@code bucket}. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
