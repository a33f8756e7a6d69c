package io.weir.gateway.notify;

import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Causes of several parts. */
record AllCauses(List<Causes> parts) implements Causes {

  @Override
  public @Nullable List<Cause> of(Rule rule) {
    List<Cause> all = new ArrayList<>();
    for (Causes part : parts) {
      List<Cause> found = part.of(rule);
      if (found == null) {
        return null;
      }
      all.addAll(found);
    }
    return all;
  }

  @Override
  public Set<String> shifts(Asset asset) {
    return parts.stream()
        .flatMap(part -> part.shifts(asset).stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
