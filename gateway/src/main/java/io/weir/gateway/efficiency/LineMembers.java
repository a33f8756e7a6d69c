package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The machines of a line, and which of them is its bottleneck.
 *
 * <p>Mutable; belongs to its {@link LineFold}.
 */
final class LineMembers {

  private final EfficiencyConfig.@Nullable Line entry;

  /**
   * By name, each with its ideal cycle: the largest that is configured, or the first that it told;
   * 0 for none yet.
   */
  private final TreeMap<String, Long> members = new TreeMap<>();

  /** The configured ones, beside the state. */
  private final Map<String, Long> configured = new HashMap<>();

  private final Map<String, Lines.Written> written = new HashMap<>();

  /** Before it each of them had begun, as far as that was looked up. */
  private long allKnownBefore = Long.MAX_VALUE;

  LineMembers(EfficiencyConfig.@Nullable Line entry) {
    this.entry = entry;
  }

  int size() {
    return members.size();
  }

  /** How many of them had begun before an instant. */
  int knownBefore(long instant) {
    if (instant >= allKnownBefore) {
      return members.size();
    }
    int known = 0;
    for (Lines.Written rows : written.values()) {
      known += rows.isKnownBefore(instant) ? 1 : 0;
    }
    if (known == members.size()) {
      allKnownBefore = instant;
    }
    return known;
  }

  /**
   * @param cycleNs as it is configured, 0 where the machine tells it
   */
  void join(String machine, long cycleNs, Lines.Written rows) {
    members.putIfAbsent(machine, cycleNs);
    if (cycleNs > 0) {
      configured.put(machine, cycleNs);
    }
    written.put(machine, rows);
    allKnownBefore = Long.MAX_VALUE;
  }

  void leave(String machine) {
    members.remove(machine);
    configured.remove(machine);
    written.remove(machine);
    allKnownBefore = Long.MAX_VALUE;
  }

  /** A machine tells its first ideal cycle. */
  void learn(String machine, long cycleNs) {
    members.put(machine, cycleNs);
  }

  /** The ideal cycle of a machine, 0 for none yet. */
  long cycleNs(String machine) {
    return members.getOrDefault(machine, 0L);
  }

  /** The rows that each machine wrote last, by its name. */
  Map<String, Lines.Written> rows() {
    return written;
  }

  /** The machine whose time counts as that of the line; "" where there is none. */
  String bottleneck() {
    if (entry == null) {
      return "";
    }
    String bottleneck = entry.bottleneck();
    if (bottleneck != null) {
      return bottleneck;
    }
    String slowest = "";
    long longest = -1;
    for (Map.Entry<String, Long> member : members.entrySet()) {
      if (member.getValue() > longest) {
        slowest = member.getKey();
        longest = member.getValue();
      }
    }
    return slowest;
  }

  /**
   * What is configured holds before what is read.
   *
   * @return whether that makes another bottleneck
   */
  boolean exchange(StateCodec codec) {
    codec.entries(members, "", codec::name, () -> 0L, codec::number);
    String before = bottleneck();
    members.replaceAll((name, cycleNs) -> configured.getOrDefault(name, cycleNs));
    return !bottleneck().equals(before);
  }
}
