package io.weir.gateway.live;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The room that a fold has in memory. Where it is full, what was silent for longest is forgotten if
 * that was a minute, some of it at once; else nothing new is taken, so that what is shown stays.
 *
 * <p>Mutable; belongs to its fold.
 */
final class Room {

  /** A silence after which something new may take the place. */
  static final long SILENT_NS = TimeUnit.MINUTES.toNanos(1);

  private static final long LOOKED_FOR_EACH_NS = TimeUnit.SECONDS.toNanos(1);

  /** The part that is freed at once, so that not all is looked at for each that is new. */
  private static final int AT_ONCE = 16;

  private final long mostBytes;
  private final Supplier<Collection<? extends Taken>> all;
  private long bytes;
  private boolean allHeard;
  private long lookedNs;

  /** When all that takes room was heard of now. */
  private long inVainNs = Long.MIN_VALUE;

  /** Something that takes room. */
  interface Taken {

    /** When it was heard of last. */
    long receivedNs();

    /** Removes it from the fold; returns the bytes that are free then. */
    long forget();
  }

  /**
   * @param mostBytes of the heap that may be taken, about
   * @param all that takes room now
   */
  Room(long mostBytes, Supplier<Collection<? extends Taken>> all) {
    this.mostBytes = mostBytes;
    this.all = all;
  }

  /** Whether there is room for something new; makes some where that can be. */
  boolean isFor(long more, long nowNs) {
    boolean isLookedFor =
        more <= mostBytes && !(allHeard && Math.abs(nowNs - lookedNs) < LOOKED_FOR_EACH_NS);
    if (bytes + more > mostBytes && isLookedFor) {
      lookedNs = nowNs;
      allHeard = !free(more, nowNs - SILENT_NS);
    }
    return bytes + more <= mostBytes;
  }

  /** Something new was added. */
  void take(long more) {
    bytes += more;
  }

  /** What was there takes so much more, or less. Others give way, but for what was heard now. */
  void change(long more, long nowNs) {
    bytes += more;
    if (bytes > mostBytes && nowNs != inVainNs && !free(0, nowNs - 1)) {
      inVainNs = nowNs;
    }
  }

  /** Forgets what was not heard since an instant; returns whether that was enough. */
  private boolean free(long more, long sinceNs) {
    List<Taken> silent = new ArrayList<>(all.get());
    silent.removeIf(each -> each.receivedNs() > sinceNs);
    silent.sort(Comparator.comparingLong(Taken::receivedNs));
    long enough = mostBytes - Math.max(more, mostBytes / AT_ONCE);
    for (Taken each : silent) {
      if (bytes <= enough) {
        return true;
      }
      bytes -= each.forget();
    }
    return bytes <= enough;
  }
}
