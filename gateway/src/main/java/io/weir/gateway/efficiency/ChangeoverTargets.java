package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.config.AssetPattern;
import io.weir.gateway.efficiency.config.EfficiencyConfig.Changeover;
import io.weir.gateway.model.Asset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How long a changeover from one product to another should take.
 *
 * <p>Mutable only in what it remembers; belongs to its {@link FigureRows}.
 */
final class ChangeoverTargets {

  private static final int MOST_KNOWN = 10_000;

  private final List<Compiled> targets;
  private final Map<Asked, Double> known = new HashMap<>();

  private record Compiled(Changeover target, Pattern machine, Pattern from, Pattern to) {}

  private record Asked(Asset machine, String from, String to) {}

  ChangeoverTargets(List<Changeover> all) {
    targets =
        all.stream()
            .map(
                each ->
                    new Compiled(
                        each,
                        AssetPattern.of(each.machine()),
                        pattern(each.from()),
                        pattern(each.to())))
            .toList();
  }

  /** A star stands for any characters. */
  private static Pattern pattern(String product) {
    return Pattern.compile(
        Arrays.stream(product.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }

  /** Seconds; NaN where a product is not known, or no target fits. */
  double seconds(Asset machine, String from, String to) {
    if (targets.isEmpty() || from.isEmpty() || to.isEmpty()) {
      return Double.NaN;
    }
    if (known.size() >= MOST_KNOWN) {
      known.clear();
    }
    return known.computeIfAbsent(new Asked(machine, from, to), this::find);
  }

  private double find(Asked asked) {
    for (Compiled each : targets) {
      boolean isPath = each.target.machine().contains("/");
      String name = isPath ? asked.machine.path() : String.valueOf(asked.machine.machine());
      if (each.machine.matcher(name).matches()
          && each.from.matcher(asked.from).matches()
          && each.to.matcher(asked.to).matches()) {
        return each.target.target().toNanos() / 1e9;
      }
    }
    return Double.NaN;
  }
}
