package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the readings of a log that came later than allowed where they belong. The first pass over
 * the log collects them; the second one gives each before the first reading of its machine that is
 * newer. So a fold, with the lateness that is allowed always, takes them in the order of time.
 *
 * <p>Mutable; belongs to the recompute.
 */
final class LateReadings {

  private record Late(Reading reading, long receivedNs) {}

  private static final class Machine {
    long watermark = Long.MIN_VALUE;
    final List<Late> late = new ArrayList<>(0);
    int given;
    long newest = Long.MIN_VALUE;
    long first = Long.MAX_VALUE;
  }

  private final long latenessNs;
  private final long from;
  private final long to;
  private final long most;
  private final Map<Asset, Machine> machines = new HashMap<>();
  private long count;

  /**
   * @param from readings before are not wanted
   * @param to nor are those from here on
   * @param most readings that may be kept
   */
  LateReadings(long latenessNs, long from, long to, long most) {
    this.latenessNs = latenessNs;
    this.from = from;
    this.to = to;
    this.most = most;
  }

  private @Nullable Machine of(Reading reading) {
    Asset asset = reading.series().asset();
    return reading.quality() == Quality.BAD || asset.machine() == null
        ? null
        : machines.computeIfAbsent(asset, absent -> new Machine());
  }

  private boolean isWanted(long time) {
    return from <= time && time < to;
  }

  /** Of the first pass; returns {@code false} where there are more than may be kept. */
  boolean collect(Message message) {
    for (Reading reading : message.readings()) {
      Machine machine = of(reading);
      if (machine == null) {
        continue;
      }
      long time = reading.timeNs();
      machine.first = Math.min(machine.first, time);
      if (time >= machine.watermark - latenessNs || machine.watermark == Long.MIN_VALUE) {
        machine.watermark = Math.max(machine.watermark, time);
      } else if (isWanted(time)) {
        machine.late.add(new Late(reading, message.receiveTimeNs()));
        count++;
      }
    }
    return count <= most;
  }

  /** Of the first pass: the first reading of a machine; the end of time where it has none. */
  long first(Asset machine) {
    Machine known = machines.get(machine);
    return known == null ? Long.MAX_VALUE : known.first;
  }

  /** Ends the first pass. */
  void sort() {
    for (Machine machine : machines.values()) {
      machine.late.sort(Comparator.comparingLong(late -> late.reading.timeNs()));
      machine.watermark = Long.MIN_VALUE;
    }
  }

  /** Of the second pass: gives what is due, in the order of each machine's time. */
  void give(Message message, BiConsumer<Reading, Long> to) {
    for (Reading reading : message.readings()) {
      Machine machine = of(reading);
      if (machine == null) {
        to.accept(reading, message.receiveTimeNs()); // it may say that a session has ended
        continue;
      }
      long time = reading.timeNs();
      boolean late = machine.watermark != Long.MIN_VALUE && time < machine.watermark - latenessNs;
      if (late) {
        continue; // it was given, or will be
      }
      machine.watermark = Math.max(machine.watermark, time);
      while (machine.given < machine.late.size()
          && machine.late.get(machine.given).reading.timeNs() <= time) {
        Late next = machine.late.get(machine.given++);
        to.accept(next.reading, next.receivedNs);
      }
      if (time < this.to || machine.newest < this.to) {
        machine.newest = Math.max(machine.newest, time);
        to.accept(reading, message.receiveTimeNs());
      }
    }
  }
}
