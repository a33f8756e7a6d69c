package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.correction.Change.PiecesBooked;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionLog.Kept;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pieces that people booked as scrap and rework within a span of time, by the reason of the
 * defect. Pieces of a booking are divided evenly over its time; what is undone does not count.
 */
final class DefectSums {

  /** Bookings that are added up at most, the newest. */
  static final int MOST_BOOKINGS = 10_000;

  /** Reasons of an answer, the largest. */
  private static final int MOST_SUMS = 100;

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Cause(String reason, String category) {}

  private static final class Sum {
    double scrap;
    double rework;
    int count;
  }

  private final long from;
  private final long to;
  private final Map<Cause, Sum> sums = new HashMap<>();

  /**
   * @param from nanoseconds since the epoch
   * @param to behind it
   */
  DefectSums(long from, long to) {
    this.from = from;
    this.to = to;
  }

  /** Whether a correction books pieces. */
  static boolean isBooking(Correction correction) {
    return correction.change() instanceof PiecesBooked;
  }

  DefectSums add(List<Kept> kept) {
    kept.stream().limit(MOST_BOOKINGS).filter(each -> each.undo() == null).forEach(this::add);
    return this;
  }

  private void add(Kept kept) {
    Correction correction = kept.correction();
    if (!(correction.change() instanceof PiecesBooked booked)) {
      return;
    }
    double within = Math.min(to, correction.to()) - (double) Math.max(from, correction.from());
    double share = within / (correction.to() - correction.from());
    if (share <= 0) {
      return;
    }
    Why defect = booked.defect();
    Cause cause =
        defect == null ? new Cause("", "") : new Cause(defect.reason(), defect.category());
    Sum sum = sums.computeIfAbsent(cause, absent -> new Sum());
    sum.scrap += booked.amount() * share;
    sum.rework += booked.rework() ? booked.amount() * share : 0;
    sum.count++;
  }

  /**
   * @param more whether there are bookings that are not added up
   */
  ObjectNode json(boolean more) {
    ObjectNode answer = JSON.createObjectNode().put("more", more);
    ArrayNode pareto = answer.putArray("pareto");
    sums.entrySet().stream()
        .sorted(
            Comparator.comparingDouble((Map.Entry<Cause, Sum> each) -> each.getValue().scrap)
                .reversed()
                .thenComparing(each -> each.getKey().reason))
        .limit(MOST_SUMS)
        .forEach(
            each ->
                pareto
                    .addObject()
                    .put("reason", each.getKey().reason)
                    .put("reasonCategory", each.getKey().category)
                    .put("scrap", each.getValue().scrap)
                    .put("rework", each.getValue().rework)
                    .put("count", each.getValue().count));
    return answer;
  }
}
