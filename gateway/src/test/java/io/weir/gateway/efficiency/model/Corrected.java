package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a machine did as people have corrected it, as stretches one after another. */
final class Corrected {

  /**
   * A stretch of one state for one reason.
   *
   * @param state with what was planned as such
   * @param begins whether a stop, or a time of another state, begins with it
   * @param goesOn whether nothing but unknown time lies between it and a time of its state
   * @param own the machine's own episode
   * @param splitOff whether it is of a part, but the first, of a stop that a person has split
   * @param declared a planned stop in which running and setup still count
   * @param givenBy the correction that gave the state, or -1
   * @param reason that holds; "" for none
   * @param machineReason the machine's own
   * @param category of the reason; "" for none
   * @param coded whether the reason is known: it is in the tree, or a person gave it
   */
  record Stretch(
      long start,
      long end,
      String state,
      boolean micro,
      boolean begins,
      boolean goesOn,
      States.Episode own,
      boolean splitOff,
      boolean declared,
      long givenBy,
      String reason,
      String machineReason,
      String category,
      boolean coded) {

    boolean given() {
      return givenBy >= 0;
    }

    Stretch until(long other) {
      return new Stretch(
          start,
          other,
          state,
          micro,
          begins,
          goesOn,
          own,
          splitOff,
          declared,
          givenBy,
          reason,
          machineReason,
          category,
          coded);
    }
  }

  static final String PLANNED = "planned";

  private final States states;
  private final OwnReasons reasons;
  private final ReasonWords words;
  private final WorkCalendar calendar;
  private final List<Said> said;
  private final long known;
  private final List<Stretch> stretches = new ArrayList<>();

  /**
   * @param known reasons that the machine reported later do not count
   */
  Corrected(
      States states,
      OwnReasons reasons,
      ReasonWords words,
      WorkCalendar calendar,
      List<Said> said,
      long known) {
    this.known = known;
    this.states = states;
    this.reasons = reasons;
    this.words = words;
    this.calendar = calendar;
    this.said = said.stream().filter(each -> !each.booksPieces()).toList();
    TreeSet<Long> cuts = cuts();
    for (States.Episode own : states.episodes()) {
      long start = own.start();
      if (start == own.end()) {
        add(own, start, start); // told at the beginning of a silence: no time to be corrected
      }
      while (start < own.end()) {
        Long next = cuts.higher(start);
        long end = next == null ? own.end() : Math.min(next, own.end());
        add(own, start, end);
        start = end;
      }
    }
  }

  private TreeSet<Long> cuts() {
    TreeSet<Long> cuts = new TreeSet<>();
    for (Said each : said) {
      cuts.add(each.from());
      cuts.add(end(each));
      each.parts().forEach(part -> cuts.add(part.from()));
    }
    for (WorkCalendar.Span shift : calendar.shifts()) {
      cuts.add(shift.start());
      cuts.add(shift.end());
    }
    return cuts;
  }

  private long end(Said each) {
    for (States.Episode episode : states.within(each.to() - 1, each.to() + 1)) {
      boolean holds = episode.start() < each.to() && each.to() < episode.end();
      if (each.toEndOfStop() && holds && !episode.state().equals(States.RUNNING)) {
        return episode.end();
      }
    }
    return each.to();
  }

  private void add(States.Episode own, long start, long end) {
    String state = own.state();
    long shiftEnd = calendar.endOfShift(start);
    boolean stands = States.isStop(state);
    @Nullable String reported =
        stands ? reasons.of(own, Math.min(own.end(), shiftEnd), known) : null;
    String machineReason = reported == null ? own.word() : reported;
    Plant.@Nullable Reason node = stands ? words.of(machineReason) : null;
    boolean planned = node != null && node.planned();
    boolean ofMachine = planned; // by a reason that no person has replaced
    boolean declared = false;
    long givenBy = -1;
    boolean split = false;
    boolean splitOff = false;
    Said.@Nullable Why why = null;
    for (Said each : start == end ? List.<Said>of() : said) {
      if (start < each.from() || start >= end(each)) {
        continue;
      }
      @Nullable String says = each.state();
      Said.@Nullable Why because = each.why();
      boolean partBegins = false;
      boolean isFurther = false;
      for (Said.Part part : each.parts()) {
        boolean isReached = part.from() <= start && part != each.parts().get(0);
        isFurther |= isReached && part.from() > own.start(); // it divides what has begun before it
        partBegins |= part.from() == start && part != each.parts().get(0);
        if (part.from() <= start) {
          says = part.state();
          because = part.why();
        }
      }
      if (says != null) {
        state = says;
        givenBy = each.id();
        split = false;
        splitOff = false;
        planned = false;
        declared = false;
      }
      if (each.kind() == Said.Kind.STOP_SPLIT) {
        split = partBegins;
        splitOff = isFurther;
      }
      if (because != null) {
        why = because;
        if (says == null && because.planned() != null) {
          planned = because.planned();
          declared = false;
        }
      }
      ofMachine &= says == null && because == null;
      if (each.kind() == Said.Kind.PLANNED_STOP_DECLARED) {
        planned = true;
        declared = true;
      }
    }
    boolean works =
        state.equals(States.RUNNING) || (declared && !ofMachine && state.equals("setup"));
    String effective = planned && !works ? PLANNED : state;
    boolean micro = own.micro() && givenBy < 0 && !effective.equals(PLANNED);
    boolean runs = effective.equals(States.RUNNING);
    splitOff &= States.isStop(effective);
    String reason = machineReason;
    String category = "";
    if (why != null && !runs) {
      reason = why.reason();
      category = why.category();
    } else if (node != null) {
      reason = node.id();
      category = node.category();
    }
    boolean coded = !category.isEmpty() || why != null;
    append(
        new Stretch(
            start,
            end,
            effective,
            micro,
            begins(effective, micro, own, givenBy >= 0 || splitOff, split),
            !split && goesOn(effective, micro),
            own,
            splitOff,
            declared,
            givenBy,
            reason,
            machineReason,
            category,
            coded));
  }

  /**
   * A micro-stop counts as a state of its own.
   *
   * @param byPerson whether a person gave the stop or split it off
   */
  private boolean begins(
      String state, boolean micro, States.Episode own, boolean byPerson, boolean split) {
    if (stretches.isEmpty() || (split && States.isStop(state))) {
      return true;
    }
    Stretch before = newest();
    if (before.state.equals(state) && before.micro == micro) {
      return state.equals(States.UNKNOWN) && before.own != own;
    }
    for (Stretch each : stretches) {
      if (!byPerson && each.own == own && each.state.equals(state) && isOwn(each)) {
        return false;
      }
    }
    return true;
  }

  /** Whether it belongs to the machine's own stop. */
  private static boolean isOwn(Stretch stretch) {
    return !stretch.given() && !stretch.splitOff();
  }

  private boolean goesOn(String state, boolean micro) {
    for (int i = stretches.size() - 1; i >= 0; i--) {
      Stretch before = stretches.get(i);
      if (!before.state.equals(States.UNKNOWN)) {
        return before.state.equals(state) && before.micro == micro;
      }
    }
    return false;
  }

  /** The last one that took time, if any did. */
  private Stretch newest() {
    Stretch newest = stretches.get(stretches.size() - 1);
    for (Stretch each : stretches) {
      newest = each.start < each.end ? each : newest;
    }
    return newest;
  }

  private void append(Stretch next) {
    int last = stretches.size() - 1;
    if (last >= 0 && !next.begins) {
      Stretch before = stretches.get(last);
      boolean same =
          before.end == next.start
              && before.own == next.own
              && before.state.equals(next.state)
              && before.micro == next.micro
              && before.splitOff == next.splitOff
              && before.declared == next.declared
              && before.givenBy == next.givenBy
              && before.reason.equals(next.reason)
              && before.category.equals(next.category)
              && before.machineReason.equals(next.machineReason)
              && before.coded == next.coded;
      if (same) {
        stretches.set(last, before.until(next.end));
        return;
      }
    }
    stretches.add(next);
  }

  /** The stretches of which some time is in [from, to). */
  List<Stretch> within(long from, long to) {
    int first = 0;
    int end = stretches.size();
    while (first < end) {
      int middle = (first + end) / 2;
      if (stretches.get(middle).end > from) {
        end = middle;
      } else {
        first = middle + 1;
      }
    }
    while (end < stretches.size() && stretches.get(end).start < to) {
      end++;
    }
    return stretches.subList(first, end);
  }
}
