package io.weir.gateway.sink;

/**
 * Counts of the readings that one log offered to one sink, by their outcome, since the sink's
 * cursor began. With what is pending in the log they add up: {@code offered = stored + sent +
 * thinned + quarantined + withheld + dropped + corrupt + pending}. Kept in the cursor's own bytes
 * ({@link DrainState}), so that counts and position never disagree.
 *
 * @param stored accepted by the store
 * @param quarantined refused for good, and set aside
 * @param withheld of a type that the store does not keep
 * @param dropped given up by a bound that the user configured
 * @param corrupt destroyed by damage, or unreadable
 * @param sent given to a broker that confirms nothing
 * @param thinned left out by a rule of thinning, or folded into others that are stored
 */
public record SinkTotals(
    long stored,
    long quarantined,
    long withheld,
    long dropped,
    long corrupt,
    long sent,
    long thinned) {

  /** Of a store that confirms what it has. */
  public SinkTotals(long stored, long quarantined, long withheld, long dropped, long corrupt) {
    this(stored, quarantined, withheld, dropped, corrupt, 0);
  }

  /** Where nothing is thinned. */
  public SinkTotals(
      long stored, long quarantined, long withheld, long dropped, long corrupt, long sent) {
    this(stored, quarantined, withheld, dropped, corrupt, sent, 0);
  }

  /** Nothing yet. */
  public static final SinkTotals ZERO = new SinkTotals(0, 0, 0, 0, 0);

  /** All readings with an outcome. */
  public long settled() {
    return stored + quarantined + withheld + dropped + corrupt + sent + thinned;
  }

  /** The same where nobody confirms what was taken. */
  SinkTotals unconfirmed() {
    return new SinkTotals(0, quarantined, withheld, dropped, corrupt, sent + stored, thinned);
  }

  SinkTotals plus(SinkTotals more) {
    return new SinkTotals(
        stored + more.stored,
        quarantined + more.quarantined,
        withheld + more.withheld,
        dropped + more.dropped,
        corrupt + more.corrupt,
        sent + more.sent,
        thinned + more.thinned);
  }
}
