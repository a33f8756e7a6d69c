package io.weir.gateway.notify;

import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.model.Asset;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * The alarms of the gateway.
 *
 * @param raised those that are raised now
 * @param texts the words of messages
 */
public record AlarmCauses(Supplier<List<Alarm>> raised, Texts texts) implements Causes {

  private static final long NS_IN_S = 1_000_000_000L;

  @Override
  public List<Cause> of(Rule rule) {
    return raised.get().stream().filter(alarm -> asksFor(rule, alarm)).map(this::cause).toList();
  }

  private static boolean asksFor(Rule rule, Alarm alarm) {
    return rule.asksFor(alarm.id())
        || rule.asksFor(Rule.ALARMS)
        || (rule.asksFor(Rule.CRITICAL) && isCritical(alarm));
  }

  private static boolean isCritical(Alarm alarm) {
    return alarm.severity() == AlarmKind.Severity.CRITICAL;
  }

  private Cause cause(Alarm alarm) {
    Instant since = alarm.since();
    return new Cause(
        alarm.id(),
        alarm.subject(),
        Asset.NONE,
        false,
        isCritical(alarm),
        texts.of(alarm),
        Facts.because(alarm.reason()),
        since.getEpochSecond() * NS_IN_S + since.getNano());
  }
}
