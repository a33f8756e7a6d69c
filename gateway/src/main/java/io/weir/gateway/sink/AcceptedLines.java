package io.weir.gateway.sink;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The line that the store accepted last, for each lane: what may be written again as a probe.
 * Belongs to the drain's thread.
 */
final class AcceptedLines {

  private final @Nullable Outbound[] last = new @Nullable Outbound[LineBatch.LANES];

  /** Takes lines that the store accepted, in the order of the log. */
  void accepted(List<Outbound> lines) {
    boolean[] found = new boolean[LineBatch.LANES];
    int missing = LineBatch.LANES;
    for (int i = lines.size() - 1; i >= 0 && missing > 0; i--) {
      int lane = LineBatch.laneOf(lines.get(i));
      if (!found[lane]) {
        found[lane] = true;
        missing--;
        last[lane] = lines.get(i);
      }
    }
  }

  List<Outbound> all() {
    return Arrays.stream(last).filter(Objects::nonNull).toList();
  }

  @Nullable Outbound last(int lane) {
    return last[lane];
  }
}
