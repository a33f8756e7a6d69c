package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the known producing time of one machine in its rows of minutes: stretches in which it ran
 * all the time, every minute is known, each count can be right, and one product was made.
 *
 * <p>A stretch begins and ends with the end of a minute that has pieces. So what is counted over a
 * stop, a silence or a backlog is in none, and a count that is told seldom is divided by the time
 * since the one before.
 *
 * <p>A minute is taken once no allowed reading changes it, at the latest an hour after it; what
 * changes it later changes nothing here. So rows that are read twice count once.
 *
 * <p>Mutable; belongs to its {@link LearnedMachine}.
 */
final class ProducingTime {

  /** Minutes that wait at most. */
  static final int MOST_WAITING = 64;

  private static final long MOST_LATENESS = ShiftCalendar.HOUR;

  /** The newest minutes of a machine may be provisional, whatever lateness is allowed. */
  private static final long LEAST_LATENESS = 2 * ShiftCalendar.MINUTE;

  private final MadeProducts products = new MadeProducts();
  private final TreeMap<Long, MinuteRow> waiting = new TreeMap<>();

  /** Minutes before were taken. */
  private long takenTo = Long.MIN_VALUE;

  private long newest = Long.MIN_VALUE;

  /** The product of the run of minutes that goes on; {@code null} where none does. */
  private @Nullable String running;

  /** Whether the run had a minute with pieces. */
  private boolean counted;

  // Minutes of the run since its last piece.
  private long sinceNs;
  private double sinceKwh = Double.NaN;

  /** Takes a row of a minute. */
  void minute(long start, MinuteRow row) {
    products.minute(start, start >= takenTo, this::made);
    if (start < takenTo) {
      return;
    }
    newest = Math.max(newest, start);
    MinuteRow before = waiting.put(start, row);
    if (before != null) {
      waiting.put(start, row.of(before.product()));
    }
  }

  private void made(long minute, String product) {
    waiting.computeIfPresent(
        minute, (start, row) -> row.of(MinuteRow.both(row.product(), product)));
  }

  /** What the other rows of the machine say of its products. */
  MadeProducts products() {
    return products;
  }

  /** Minutes before were taken; the least number where none was. */
  long takenTo() {
    return takenTo;
  }

  /** The newest minute, or the least number. */
  long newest() {
    return newest;
  }

  /**
   * Gives the stretches of all minutes that no allowed reading changes any more.
   *
   * @param each called before the minute that starts there is taken
   */
  void settle(long latenessNs, Consumer<Long> each, Consumer<Stretch> stretches) {
    long horizon = newest - Math.max(LEAST_LATENESS, Math.min(latenessNs, MOST_LATENESS));
    long open = products.openFrom();
    while (!waiting.isEmpty()
        && (waiting.firstKey() < Math.min(horizon, open) || waiting.size() > MOST_WAITING)) {
      Map.Entry<Long, MinuteRow> first = waiting.pollFirstEntry();
      long start = first.getKey();
      MinuteRow row = first.getValue();
      each.accept(start);
      if (start != takenTo) {
        running = null;
      }
      takenTo = start + ShiftCalendar.MINUTE;
      take(start, start < open ? row : row.of(MinuteRow.MIXED), stretches);
    }
  }

  private void take(long start, MinuteRow row, Consumer<Stretch> stretches) {
    String product = products.of(start, row.product());
    if (product.equals(MinuteRow.NOTHING) && running != null) {
      product = running;
    }
    if (!row.produces() || product.equals(MinuteRow.MIXED) || product.equals(MinuteRow.NOTHING)) {
      running = null;
      return;
    }
    if (!product.equals(running)) {
      running = product;
      counted = false;
    }
    sinceNs += ShiftCalendar.MINUTE;
    if (!Double.isNaN(row.kwh())) {
      sinceKwh = Double.isNaN(sinceKwh) ? row.kwh() : sinceKwh + row.kwh();
    }
    if (row.pieces() > 0) {
      if (counted) {
        stretches.accept(
            new Stretch(product, takenTo, sinceNs, row.pieces(), row.idealS(), sinceKwh));
      }
      counted = true;
    }
    if (row.pieces() > 0 || !counted) {
      sinceNs = 0;
      sinceKwh = Double.NaN;
    }
  }

  void exchange(StateCodec codec) {
    products.exchange(codec);
    codec.entries(waiting, 0L, codec::number, () -> MinuteRow.BLANK, row -> row.exchange(codec));
    takenTo = codec.number(takenTo);
    newest = codec.number(newest);
    running = codec.text(running);
    counted = codec.flag(counted);
    sinceNs = codec.number(sinceNs);
    sinceKwh = codec.real(sinceKwh);
  }
}
