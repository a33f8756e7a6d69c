package io.weir.gateway.sink;

/**
 * Counts of the readings that one log offered to one sink, by their outcome, since the sink's
 * cursor began. With what is pending in the log they add up: {@code offered = stored + quarantined
 * + withheld + dropped + corrupt + pending}. Kept in the cursor's own bytes ({@link DrainState}),
 * so that counts and position never disagree.
 *
 * @param stored accepted by the store
 * @param quarantined refused for good, and set aside
 * @param withheld of a type that the store does not keep
 * @param dropped given up by a bound that the user configured
 * @param corrupt destroyed by damage, or unreadable
 */
public record SinkTotals(long stored, long quarantined, long withheld, long dropped, long corrupt) {

  /** Nothing yet. */
  public static final SinkTotals ZERO = new SinkTotals(0, 0, 0, 0, 0);

  /** All readings with an outcome. */
  public long settled() {
    return stored + quarantined + withheld + dropped + corrupt;
  }

  SinkTotals plus(SinkTotals more) {
    return new SinkTotals(
        stored + more.stored,
        quarantined + more.quarantined,
        withheld + more.withheld,
        dropped + more.dropped,
        corrupt + more.corrupt);
  }
}
