package io.weir.gateway.sink;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines that the store accepted last, for each lane: what may be written again as a probe. They
 * are the last one, and the last of another series or instant; so no newer value of either was
 * accepted. Belongs to the drain's thread.
 */
final class AcceptedLines {

  private final Lanes lanes;
  private final List<Newest> newest;

  AcceptedLines(Lanes lanes) {
    this.lanes = lanes;
    this.newest = new ArrayList<>(lanes.count());
    for (int lane = 0; lane < lanes.count(); lane++) {
      newest.add(new Newest());
    }
  }

  /** How they are divided. */
  Lanes lanes() {
    return lanes;
  }

  /** Of one lane. */
  private static final class Newest {
    private @Nullable Outbound last;
    private @Nullable Outbound other;

    void accepted(Outbound line) {
      if (last != null && !Probe.isSamePoint(last, line)) {
        other = last;
      }
      last = line;
    }
  }

  /** Takes lines that the store accepted, in the order of the log. */
  void accepted(List<Outbound> lines) {
    for (Outbound line : lines) {
      newest.get(lanes.of(line)).accepted(line);
    }
  }

  /** Those of a lane, the last one first. */
  List<Outbound> of(int lane) {
    List<Outbound> both = new ArrayList<>(2);
    Newest ofLane = newest.get(lane);
    if (ofLane.last != null) {
      both.add(ofLane.last);
    }
    if (ofLane.other != null) {
      both.add(ofLane.other);
    }
    return both;
  }

  List<Outbound> all() {
    List<Outbound> all = new ArrayList<>();
    for (int lane = 0; lane < lanes.count(); lane++) {
      all.addAll(of(lane));
    }
    return all;
  }
}
