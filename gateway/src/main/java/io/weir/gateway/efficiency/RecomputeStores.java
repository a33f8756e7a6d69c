package io.weir.gateway.efficiency;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which store a recompute asks for what the log no longer has: each in its turn, a few times, then
 * the next one.
 *
 * <p>Mutable; belongs to its {@link Recompute}.
 */
final class RecomputeStores {

  private static final int TRIES = 3;

  private final Stores stores;
  private int index;
  private int tries;
  private final List<String> faults = new ArrayList<>();

  RecomputeStores(Stores stores) {
    this.stores = stores;
  }

  /** The sinks that keep a former value beside the one that replaces it. */
  List<String> keepingBoth() {
    return stores.keepingBoth();
  }

  /** The store that is to be asked; nobody waits for what is only noted. */
  @Nullable StoredReadings of(List<RecomputeSpan> spans) {
    boolean asked = spans.stream().anyMatch(RecomputeSpan::asked);
    return asked && index < stores.readable().size() ? stores.readable().get(index) : null;
  }

  /** It did not answer; whether it is to be asked again. */
  boolean asksAgain() {
    tries++;
    return tries < TRIES;
  }

  /** It is not asked any more for what runs. */
  void leave(StoredReadings store, String why) {
    faults.add("Store " + store.name() + ": " + why + ". ");
    index++;
    tries = 0;
  }

  /** Why stores were not asked any more, each as a sentence with a space behind it. */
  String faults() {
    return String.join("", faults);
  }

  /** What ran has ended. */
  void clear() {
    index = 0;
    tries = 0;
    faults.clear();
  }
}
