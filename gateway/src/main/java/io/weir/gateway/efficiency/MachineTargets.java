package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.config.Target;
import io.weir.gateway.efficiency.config.Targets;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.Asset;

/**
 * What a machine and its line aim at beyond the target that holds where no other one does, by
 * product and shift.
 *
 * <p>Remembers its last answer, so it belongs to one {@link MachineFold}; no part of the state.
 */
final class MachineTargets {

  private final Asset machine;
  private final Asset line;
  private final Targets targets;
  private final Symbols products;

  private int product = -1;
  private int turns;
  private CalendarSpan span = CalendarSpan.NONE;
  private Share ofMachine = new Share(0);
  private Share moreOfLine = new Share(0);

  /**
   * A part of time.
   *
   * @param parts of {@link Target#PARTS}
   */
  record Share(long parts) {

    /**
     * Of a span within an hour, in nanoseconds from its begin. Spans that follow each other have
     * exactly as much as both in one, however time is divided.
     */
    long between(long from, long to) {
      return upTo(to) - upTo(from);
    }

    private long upTo(long instant) {
      return Math.floorDiv(instant * parts, Target.PARTS);
    }
  }

  MachineTargets(Asset machine, Targets targets, Symbols products) {
    this.machine = machine;
    line = machine.toLine();
    this.targets = targets;
    this.products = products;
  }

  /** Whether nothing differs, of any machine. */
  boolean isEmpty() {
    return targets.isEmpty();
  }

  Share ofMachine(int product, CalendarSpan span) {
    ask(product, span);
    return ofMachine;
  }

  /** What the line of the machine aims at beyond the machine itself. */
  Share moreOfLine(int product, CalendarSpan span) {
    ask(product, span);
    return moreOfLine;
  }

  private void ask(int asked, CalendarSpan in) {
    boolean same = in.whole().equals(span.whole()) && in.shift().equals(span.shift());
    if (asked == product && same && turns == products.turns()) {
      return;
    }
    product = asked;
    turns = products.turns();
    span = in;
    String name = products.word(asked);
    long own = targets.parts(machine, name, in.shift(), in.whole().start());
    long ofLine = targets.parts(line, name, in.shift(), in.whole().start());
    ofMachine = new Share(own - targets.usualParts());
    moreOfLine = new Share(ofLine - own);
  }
}
