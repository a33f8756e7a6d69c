package io.weir.gateway.group;

import io.weir.gateway.model.Asset;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * By what a member tells what is its own, whoever is there: the same for all of its ways.
 *
 * @param sources those that every member has in full; what comes from others is always ours
 * @param replayed the source of what this gateway reads again from its quarantine: it sends that,
 *     and the figures stay with their owner, which has the same in its own quarantine
 * @param alone assets of which this gateway alone receives something, since its start: machines and
 *     their lines
 */
record Ownership(
    GroupConfig.Mode mode, String self, Set<String> sources, String replayed, Set<Asset> alone) {

  /** What stands as source in records of figures. */
  private static final String FIGURES = "efficiency";

  /**
   * Before anything was received.
   *
   * @param sources those of readings that every member has in full
   */
  static Ownership of(GroupConfig.Mode mode, String self, Set<String> sources, String replayed) {
    Set<String> all = new HashSet<>(sources);
    all.add(FIGURES);
    return new Ownership(mode, self, Set.copyOf(all), replayed, ConcurrentHashMap.newKeySet());
  }
}
