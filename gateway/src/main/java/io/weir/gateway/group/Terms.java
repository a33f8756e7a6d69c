package io.weir.gateway.group;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Up to when this member sent its part of each view. So it knows which rows of figures it may have
 * written, and goes on writing them.
 *
 * <p><b>Who may have written a row writes each later one in its place.</b> A store keeps of a row
 * what was written last. The last to write it is some member. That member writes all rows of its
 * log that replace it, in their order, so it has written the last of them. What that says is right:
 * it follows from all readings and from all that people said, which the member has by then. So the
 * store is right in the end, whoever wrote in between, in whatever order: who had not heard yet
 * what people said, who stopped in the middle of what it sent again, whose store was away
 * meanwhile. It needs each row to be written by somebody, for which its owner is there. A row that
 * only a member makes that has not heard something, such as a stop that is none, is taken back by
 * the same rule: no other member knows of it.
 *
 * <p>A member cannot keep which rows it wrote. It may have written those of instants up to when it
 * sent last what they are of. It writes nothing of a time of which another knows more, and nothing
 * while it catches up.
 *
 * @param toNs by view, the end of the last time in which it sent by it, by the wall of this
 *     gateway; {@link #NOW} for the one by which it sends
 */
record Terms(Map<View, Long> toNs) {

  static final Terms NONE = new Terms(Map.of());

  static final long NOW = Long.MAX_VALUE;
  static final long NEVER = Long.MIN_VALUE;

  private static final int MOST = 64;

  Terms {
    toNs = Map.copyOf(toNs);
  }

  /** From now on this member sends its part of a view; nothing where the view has it not. */
  Terms begin(View view, String self, long nowNs) {
    Map<View, Long> all = new HashMap<>(toNs);
    all.replaceAll((each, to) -> to == NOW ? nowNs : to);
    if (view.has(self)) {
      all.put(view, NOW);
    }
    List<View> oldestFirst = new ArrayList<>(all.keySet());
    oldestFirst.sort(Comparator.comparing(all::get));
    oldestFirst.stream().limit(Math.max(0, all.size() - MOST)).forEach(all::remove);
    return new Terms(all);
  }

  /** Whether this member sends its part of a view now, or of none where the view has it not. */
  boolean are(View view, String self) {
    return toNs.containsValue(NOW) ? toNs.getOrDefault(view, NEVER) == NOW : !view.has(self);
  }

  /** When this member sent last what has a key; {@link #NEVER} where it never did. */
  long to(String self, String key) {
    long to = NEVER;
    for (Map.Entry<View, Long> each : toNs.entrySet()) {
      if (each.getValue() > to && self.equals(each.getKey().owner(key))) {
        to = each.getValue();
      }
    }
    return to;
  }
}
