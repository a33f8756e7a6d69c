package io.weir.gateway.notify;

import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one cause under one rule. Instants are nanoseconds since the epoch, 0 for none.
 * Owned by {@link Notices}.
 */
final class Open {

  final String id;
  final String rule;
  Cause cause;

  /** Whether only its path is known, as an earlier version kept it. */
  boolean isOfPath;

  /** Whether the cause holds. */
  boolean raised = true;

  /** Whether people were sent that it holds, and not yet that it ended. */
  boolean sent;

  /** When it was last news, or would have been while it flaps. */
  long newsNs;

  /** When it was last sent as begun, up to an hour ago. */
  final List<Long> begins = new ArrayList<>();

  boolean flapping;
  @Nullable Acknowledgement acknowledged;

  /** By whom repeats were ended, and why. */
  record Acknowledgement(String who, String comment, long atNs) {}

  Open(String id, String rule, Cause cause) {
    this.id = id;
    this.rule = rule;
    this.cause = cause;
  }

  /** Nothing happened later: the clock was ahead then. */
  void isNow(long nowNs) {
    newsNs = Math.min(newsNs, nowNs);
    begins.replaceAll(at -> Math.min(at, nowNs));
  }

  boolean isOf(String ruleName, Cause other) {
    return rule.equals(ruleName) && cause.kind().equals(other.kind()) && isOf(other);
  }

  /** A machine stays the same when another comes that has its path. */
  private boolean isOf(Cause other) {
    if (isOfPath || cause.asset().equals(Asset.NONE)) {
      return cause.subject().equals(other.subject());
    }
    return cause.asset().equals(other.asset());
  }
}
