package io.weir.gateway.normalize;

import io.weir.gateway.model.BoundedMap;
import io.weir.gateway.model.Weight;
import org.jspecify.annotations.Nullable;

/**
 * How far the clock of each device is from the gateway's, a device being a topic of a source. The
 * measure is the smallest delay between event and arrival within the last one to two minutes: a
 * clock that is ahead shows as negative at once; one that is behind looks like a constant delay,
 * such as a device that sends what it buffered. Shared by all source threads.
 */
public final class DeviceClocks {

  private static final long WINDOW_NS = 60_000_000_000L;

  /** A clock so far off is wrong, or the messages were kept back. */
  private static final long WRONG_NS = 1_000_000_000L;

  private static final int BYTES_OF_ONE = 64;

  /** The smallest delays of this window and of the one before; guarded by itself. */
  private static final class Delay extends OfTopic {
    private long window;
    private long least = Long.MAX_VALUE;
    private long before = Long.MAX_VALUE;

    Delay(String source, String topic) {
      super(source, topic);
    }

    synchronized void note(long delayNs, long receiveNs) {
      long now = Math.floorDiv(receiveNs, WINDOW_NS);
      if (now != window) {
        before = now == window + 1 ? least : Long.MAX_VALUE;
        least = Long.MAX_VALUE;
        window = now;
      }
      least = Math.min(least, delayNs);
    }

    /** 0 before the first. */
    synchronized long leastNs() {
      long known = Math.min(least, before);
      return known == Long.MAX_VALUE ? 0 : known;
    }
  }

  private final BoundedMap<OfTopic, Delay> delays;

  /**
   * @param bytes of the heap that it may take, about; beyond it, as {@link BoundedMap} says
   */
  DeviceClocks(long bytes) {
    delays = new BoundedMap<>(bytes, device -> BYTES_OF_ONE + Weight.of(device.topic));
  }

  void note(String source, String topic, long delayNs, long receiveNs) {
    Delay delay = delays.get(new OfTopic(source, topic));
    if (delay == null) {
      delay = begin(new Delay(source, topic), delayNs);
    }
    delay.note(delayNs, receiveNs);
  }

  /** A clock that is wrong shows at once, though others are forgotten for it. */
  private Delay begin(Delay delay, long delayNs) {
    if (Math.abs(delayNs) < WRONG_NS) {
      return delays.putIfAbsent(delay, delay);
    }
    delays.put(delay, delay);
    return delay;
  }

  /**
   * How far the clock of one device is ahead of ours, nanoseconds; below 0 it is behind, or its
   * messages take that long. {@code null} where it was not measured.
   */
  public @Nullable Long aheadNs(String source, String topic) {
    Delay delay = delays.get(new OfTopic(source, topic));
    return delay == null ? null : -delay.leastNs();
  }

  /** How far the clock of a source's device that is furthest ahead is, nanoseconds; 0 for none. */
  public long aheadNs(String source) {
    return delays.entries().stream()
        .filter(each -> each.getKey().source.equals(source))
        .mapToLong(each -> -each.getValue().leastNs())
        .reduce(0, Math::max);
  }

  /** The same of the one furthest behind. */
  public long behindNs(String source) {
    return delays.entries().stream()
        .filter(each -> each.getKey().source.equals(source))
        .mapToLong(each -> each.getValue().leastNs())
        .reduce(0, Math::max);
  }
}
