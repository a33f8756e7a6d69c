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

  private final List<Newest> lanes = new ArrayList<>(LineBatch.LANES);

  AcceptedLines() {
    for (int lane = 0; lane < LineBatch.LANES; lane++) {
      lanes.add(new Newest());
    }
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
      lanes.get(LineBatch.laneOf(line)).accepted(line);
    }
  }

  /** Those of a lane, the last one first. */
  List<Outbound> of(int lane) {
    List<Outbound> both = new ArrayList<>(2);
    Newest newest = lanes.get(lane);
    if (newest.last != null) {
      both.add(newest.last);
    }
    if (newest.other != null) {
      both.add(newest.other);
    }
    return both;
  }

  List<Outbound> all() {
    List<Outbound> all = new ArrayList<>();
    for (int lane = 0; lane < LineBatch.LANES; lane++) {
      all.addAll(of(lane));
    }
    return all;
  }
}
