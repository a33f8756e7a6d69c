package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar.Plan;
import io.weir.gateway.efficiency.figure.Sums;

/**
 * What the bottleneck of a line did while other machines of the line counted pieces, added up over
 * minutes. The pieces of a minute are divided like its time: those of its unknown part are unseen,
 * as the pieces that a machine makes while nobody knows its state. If the bottleneck is known to
 * have stood still for the whole minute, they were made from stock.
 *
 * <p>Groups of pieces are total, good and scrap, in millionths. Mutable; lives for one sum.
 */
final class PieceSplit {

  static final int GROUP = 3;

  /** All pieces with an ideal time that were divided. */
  final long[] pieces = new long[GROUP];

  /** Those made while the state of the bottleneck was unknown. */
  final long[] unseen = new long[GROUP];

  /** Those made while the bottleneck stood still. */
  final long[] stock = new long[GROUP];

  /** Time of the bottleneck with a known state. */
  long knownNs;

  /**
   * Adds a minute.
   *
   * @param line the sums of the line in it
   * @param others where in them the pieces of the other machines are
   * @param plan what the minute is planned for
   * @param awaited whether the bottleneck may still tell what it did
   */
  void add(long[] line, int others, Plan plan, boolean awaited) {
    boolean told = line[Sums.CALENDAR] > 0;
    long busy = told ? Sums.plannedBusy(line) : plan == Plan.WORK && !awaited ? 1 : 0;
    long unknown = told ? line[Sums.UNKNOWN] : busy;
    boolean stoodStill = (told || plan == Plan.PAUSE) && line[Sums.APT] == 0;
    for (int i = 0; i < GROUP; i++) {
      long made = line[others + i];
      long share = unknown == 0 ? 0 : Math.round((double) made * unknown / busy);
      pieces[i] += made;
      unseen[i] += share;
      stock[i] += stoodStill ? made - share : 0;
    }
    knownNs += told ? busy - unknown : 0;
  }
}
