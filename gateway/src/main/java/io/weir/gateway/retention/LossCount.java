package io.weir.gateway.retention;

import io.weir.gateway.retention.Policy.Cause;
import java.util.HashMap;
import java.util.Map;

/** Counts the readings that go before every store has them. */
final class LossCount {

  private final long from;
  private final Map<Cause, Long> byCause = new HashMap<>();

  /**
   * @param from records below are in every store
   */
  LossCount(long from) {
    this.from = from;
  }

  void add(long offset, Cause cause, long readings) {
    if (offset >= from && readings > 0) {
      byCause.merge(cause, readings, Long::sum);
    }
  }

  Map<Cause, Long> byCause() {
    return Map.copyOf(byCause);
  }
}
