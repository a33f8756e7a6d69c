package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.config.AssetPattern;
import io.weir.gateway.efficiency.config.LearnedConfig;
import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which signals are watched for drift: the first entry that fits holds. Immutable. */
final class WatchedSignals {

  private record Rule(Pattern asset, LearnedConfig.WatchedSignal signal) {}

  private final List<Rule> rules;

  WatchedSignals(LearnedConfig config) {
    rules =
        config.signals().stream()
            .map(signal -> new Rule(AssetPattern.of(signal.asset()), signal))
            .toList();
  }

  LearnedConfig.@Nullable WatchedSignal of(Asset asset, String metric) {
    for (Rule rule : rules) {
      if (rule.signal.metric().equals(metric) && rule.asset.matcher(asset.path()).matches()) {
        return rule.signal;
      }
    }
    return null;
  }
}
