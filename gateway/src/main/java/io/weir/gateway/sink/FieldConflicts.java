package io.weir.gateway.sink;

import io.weir.gateway.model.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The fields that the store holds with another type than the readings have, as its answers said.
 * Their readings are set aside before a write, so that a conflict costs one answer and not one a
 * batch; the other fields of their lines are sent. It holds until {@link #forget}, because the
 * store may have been changed. Belongs to the drain's thread.
 */
final class FieldConflicts {

  private final Map<FieldOfStore, String> known = new HashMap<>();
  private int version;

  /** Takes what an answer said; returns whether it is news. */
  boolean learn(List<Sink.Answer.RefusedField> refused) {
    boolean news = false;
    for (Sink.Answer.RefusedField each : refused) {
      news |= known.put(each.field(), each.detail()) == null;
    }
    version += news ? 1 : 0;
    return news;
  }

  /** The store may have changed: the next write finds out. */
  void forget() {
    known.clear();
  }

  /** Changes with each conflict that is found. */
  int version() {
    return version;
  }

  /** The lines without the fields that the store does not take. */
  List<Outbound> strip(List<Outbound> lines, Consumer<Rejection> setAside) {
    if (known.isEmpty()) {
      return lines;
    }
    List<Outbound> stripped = new ArrayList<>(lines.size());
    for (Outbound line : lines) {
      Outbound rest =
          line.without(
              known::containsKey,
              (field, alone) ->
                  setAside.accept(
                      Rejection.of(
                          alone,
                          Reason.STORE_REJECTED,
                          "field '" + field.field() + "': " + known.get(field))));
      if (rest != null) {
        stripped.add(rest);
      }
    }
    return stripped;
  }
}
