package io.weir.gateway.sink.thin;

import java.util.Locale;

/** What is kept of a window. The order is that of the state's format. */
public enum Aggregate {
  MEAN,
  MIN,
  MAX,
  LAST,
  COUNT;

  /** What stands behind the name of the metric. */
  String suffix() {
    return "_" + name().toLowerCase(Locale.ROOT);
  }
}
