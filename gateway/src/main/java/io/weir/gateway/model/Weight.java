package io.weir.gateway.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What names take of the heap, in bytes, about; rather too much than too little. */
public final class Weight {

  /** An entry of a map. */
  public static final int ENTRY = 48;

  private static final int TEXT = 40;
  private static final int SERIES = 56;

  private Weight() {}

  /** A text; 0 for none. */
  public static long of(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return TEXT + 2L * text.length();
      }
    }
    return TEXT + text.length();
  }

  /** A value of a reading. */
  public static long of(Value value) {
    return value instanceof Value.Text text ? TEXT + of(text.value()) : TEXT;
  }

  /** The names of a place. */
  public static long of(Asset asset) {
    return of(asset.site()) + of(asset.area()) + of(asset.line()) + of(asset.machine());
  }

  /** A series with its names; those that it shares with others are counted too. */
  public static long of(Series series) {
    return SERIES + of(series.measurement()) + of(series.asset()) + of(series.tags());
  }

  /** The entries of a map. */
  public static long of(Map<String, String> texts) {
    long bytes = 0;
    for (Map.Entry<String, String> each : texts.entrySet()) {
      bytes += ENTRY + of(each.getKey()) + of(each.getValue());
    }
    return bytes;
  }
}
