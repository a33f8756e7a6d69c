package io.weir.gateway.group;

import io.weir.gateway.sink.Portion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way from one log to one store: which part of it is ours, and how far that is stored. The
 * group divides, and the drain asks; what both use is guarded by the monitor of the group.
 */
public final class Way implements Portion {

  /** By how much two members may differ in when they write the same row of figures. */
  static final long FIGURES_SLACK_NS = TimeUnit.SECONDS.toNanos(30);

  /** What the log of a way has. */
  public enum Content {
    READINGS,
    /** To a store in which each member has rows of its own. */
    OWN_FIGURES,
    /** To a store in which a row replaces the same row of another member. */
    SHARED_FIGURES
  }

  private final Group group;
  private final Ownership ownership;
  private final String name;
  private final LongSupplier completeToNs;
  private final boolean figures;
  private final boolean isShared;
  private final Consumer<Integer> passedOver;
  private volatile Divided divided;
  private View by = View.NOBODY;
  private long storedToNs = NOTHING;
  private @Nullable FoldedTo foldedTo;

  /**
   * @param name by which members speak of it
   * @param completeToNs the time as of which the log has all that was received on disk, or {@link
   *     Portion#NOTHING}
   * @param passedOver is told of readings that another member sends
   */
  Way(
      Group group,
      Ownership ownership,
      String name,
      LongSupplier completeToNs,
      Content content,
      Consumer<Integer> passedOver) {
    this.group = group;
    this.ownership = ownership;
    this.name = name;
    this.completeToNs = completeToNs;
    figures = content != Content.READINGS;
    isShared = content == Content.SHARED_FIGURES;
    this.passedOver = passedOver;
    divided = new Divided(ownership, by, 0, Map.of(), Terms.NONE, Map.of());
  }

  /** Figures are told how far the readings are that they were made of. */
  public void of(FoldedTo folded) {
    foldedTo = folded;
  }

  /** Whether a row of it replaces the same row of another member. */
  boolean isShared() {
    return isShared;
  }

  // ---- Called by the group, in its monitor

  /** What it has held back while it divided among nobody, it takes up where it stopped. */
  void divide(View next, Membership membership, GroupMemory memory) {
    if (next.equals(by)) {
      return;
    }
    by = next;
    storedToNs = NOTHING;
    Map<String, Long> since = new LinkedHashMap<>();
    Map<String, Long> whole = new LinkedHashMap<>();
    for (String member : next.members()) {
      Membership.Heard heard = membership.heard(member);
      if (heard != null) {
        since.put(member, since(heard));
        whole.put(member, wholeFrom(heard.presence(), memory.sinceMs()));
      }
    }
    divided =
        new Divided(
            ownership,
            next,
            figures ? membership.epoch() : 0,
            since,
            isShared ? memory.terms() : Terms.NONE,
            whole);
  }

  /** The receive time from which on another member has all, and sends what is its own. */
  private long since(Membership.Heard other) {
    if (!other.presence().behindMs().containsKey(name)) {
      return Long.MAX_VALUE; // it does not have the store
    }
    if (figures) {
      return Long.MIN_VALUE;
    }
    long historyNs = TimeUnit.MILLISECONDS.toNanos(other.presence().historyMs());
    return other.atWallNs() - historyNs + 2 * Membership.GONE_NS;
  }

  /** From which instant on the figures of this member are as whole as those of another. */
  private static long wholeFrom(Presence other, long sinceMs) {
    if (sinceMs <= other.sinceMs() + Membership.SAME_BEGINNING_MS) {
      return Long.MIN_VALUE;
    }
    return TimeUnit.MILLISECONDS.toNanos(sinceMs) + 2 * Membership.GONE_NS;
  }

  /**
   * All that is ours and was received longer ago is stored; {@link Presence#UNKNOWN} where that is
   * not known.
   *
   * @param isRemaking whether figures are made again
   */
  long behindMs(long wallNs, boolean isRemaking) {
    if (storedToNs == NOTHING || figures && isRemaking) {
      return Presence.UNKNOWN;
    }
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(wallNs - storedToNs));
  }

  // ---- Called by the drain

  @Override
  public Share share() {
    return divided;
  }

  @Override
  public long othersStoredTo(Share held) {
    synchronized (group) {
      return held != divided || by.members().isEmpty()
          ? NOTHING
          : group.othersStoredTo(by, name, figures);
    }
  }

  @Override
  public long completeToNs() {
    return completeToNs.getAsLong();
  }

  @Override
  public void settled(Share held, long offset, long receiveTimeNs) {
    FoldedTo folded = foldedTo;
    long to = folded == null ? receiveTimeNs : folded.below(offset);
    synchronized (group) {
      if (held == divided) {
        storedToNs = Math.max(storedToNs, to);
      }
    }
  }

  @Override
  public void passedOver(int readings) {
    passedOver.accept(readings);
  }
}
