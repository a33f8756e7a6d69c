package io.weir.gateway.efficiency;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of the past a changed configuration makes in another way.
 *
 * @param again what is made again unasked
 * @param not what is too old for that: a person may ask for it
 */
public record Remade(List<PastSpan> again, List<PastSpan> not) {

  private static final Comparator<PastSpan> BY_BEGIN =
      Comparator.comparing(PastSpan::from, Comparator.nullsFirst(Comparator.naturalOrder()));

  public boolean isEmpty() {
    return again.isEmpty() && not.isEmpty();
  }

  /** The same where readings are kept from an instant on only. */
  public Remade keptFrom(Instant oldest) {
    List<PastSpan> kept = new ArrayList<>();
    List<PastSpan> gone = new ArrayList<>(not);
    for (PastSpan span : again) {
      if (!span.beginsBefore(oldest)) {
        kept.add(span);
      } else if (!oldest.isBefore(span.to())) {
        gone.add(span);
      } else {
        gone.add(new PastSpan(span.asset(), span.from(), oldest));
        kept.add(new PastSpan(span.asset(), oldest, span.to()));
      }
    }
    return new Remade(kept, joined(gone));
  }

  /** Spans of one asset that touch are one. */
  private static List<PastSpan> joined(List<PastSpan> spans) {
    Map<String, List<PastSpan>> byAsset = new TreeMap<>();
    spans.stream()
        .sorted(BY_BEGIN)
        .forEach(span -> add(byAsset.computeIfAbsent(span.asset(), a -> new ArrayList<>()), span));
    return byAsset.values().stream().flatMap(List::stream).toList();
  }

  private static void add(List<PastSpan> ofAsset, PastSpan span) {
    PastSpan last = ofAsset.isEmpty() ? null : ofAsset.get(ofAsset.size() - 1);
    if (last == null || !span.beginsBefore(last.to().plusNanos(1))) {
      ofAsset.add(span);
    } else if (last.to().isBefore(span.to())) {
      ofAsset.set(ofAsset.size() - 1, new PastSpan(span.asset(), last.from(), span.to()));
    }
  }
}
