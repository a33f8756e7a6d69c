package io.weir.gateway.normalize;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The points that the readings of one message take in a store: measurement, tags, field, instant. A
 * store keeps one value for each point, so a second reading of a message for the same one would
 * overwrite the first. Quality belongs to it, because BAD readings go to another measurement and
 * UNCERTAIN ones carry a tag.
 *
 * <p>A list while there are few, then a hash table without a node for each reading: a message may
 * hold a hundred thousand. Senders cannot choose names that collide in it. Used by one thread.
 */
final class StoredPoints {

  private static final long SEED = ThreadLocalRandom.current().nextLong();
  private static final long MULTIPLIER = ThreadLocalRandom.current().nextLong() | 1;

  /** This many are a list. */
  private static final int FEW = 8;

  private static final int FIRST_TABLE = 4 * FEW;

  private final long stepNs;
  private @Nullable Reading[] slots = new Reading[FEW];
  private int size;

  private @Nullable Series hashed;
  private int hashOfSeries;

  /**
   * @param stepNs instants within one step are the same to every store
   */
  StoredPoints(long stepNs) {
    this.stepNs = stepNs;
  }

  /** Adds a reading, or returns the one that has its point already. */
  @Nullable Reading add(Reading reading) {
    if (isList() ? size == FEW : 2 * size >= slots.length) {
      grow();
    }
    int slot = slot(reading);
    Reading other = slots[slot];
    if (other == null) {
      slots[slot] = reading;
      size++;
    }
    return other;
  }

  private boolean isList() {
    return slots.length == FEW;
  }

  private void grow() {
    @Nullable Reading[] before = slots;
    slots = new Reading[Math.max(FIRST_TABLE, 2 * before.length)];
    for (Reading each : before) {
      if (each != null) {
        slots[slot(each)] = each;
      }
    }
  }

  /** Where the reading is, or the free place where it belongs. */
  private int slot(Reading reading) {
    return isList() ? slotOfList(reading) : slotOfTable(reading);
  }

  private int slotOfList(Reading reading) {
    int at = 0;
    for (Reading each = slots[at]; each != null && !isSamePoint(each, reading); each = slots[at]) {
      at++;
    }
    return at;
  }

  private int slotOfTable(Reading reading) {
    int mask = slots.length - 1;
    int at = hash(reading) & mask;
    for (Reading each = slots[at]; each != null && !isSamePoint(each, reading); each = slots[at]) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private boolean isSamePoint(Reading a, Reading b) {
    return a.metric().equals(b.metric())
        && step(a) == step(b)
        && a.quality() == b.quality()
        && a.series().equals(b.series());
  }

  private long step(Reading reading) {
    return Math.floorDiv(reading.timeNs(), stepNs);
  }

  private int hash(Reading reading) {
    if (!Objects.equals(reading.series(), hashed)) {
      hashed = reading.series();
      hashOfSeries = hashed.hashCode();
    }
    long hash = mixed(SEED, step(reading));
    hash = mixed(hash, hashOfSeries);
    hash = mixed(hash, reading.quality() == Quality.GOOD ? 1 : 0);
    String metric = reading.metric();
    for (int i = 0; i < metric.length(); i++) {
      hash = mixed(hash, metric.charAt(i));
    }
    return (int) (hash >>> 32);
  }

  private static long mixed(long hash, long next) {
    long mixed = (hash ^ next) * MULTIPLIER;
    return mixed ^ (mixed >>> 29);
  }
}
