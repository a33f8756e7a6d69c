package io.weir.gateway.notify;

import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may be worth a notification now. Asked by one thread. */
public interface Causes {

  /**
   * What a rule asks for and holds now, before its duration, its schedule and its assets count.
   *
   * @return {@code null} where it is not known yet, as while figures are read again after a start
   */
  @Nullable List<Cause> of(Rule rule);

  /** The names of the shifts that a machine or line is in now; of all of them for none. */
  default Set<String> shifts(Asset asset) {
    return Set.of();
  }

  /** Several as one; not known while one of them is not. */
  static Causes all(List<Causes> parts) {
    return new AllCauses(List.copyOf(parts));
  }
}
