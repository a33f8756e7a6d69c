package io.weir.gateway;

import io.weir.gateway.api.GroupStatus;
import io.weir.gateway.group.Group;
import io.weir.gateway.group.GroupConfig;
import io.weir.gateway.group.Member;
import io.weir.gateway.live.Live;
import io.weir.gateway.model.Asset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The group as the status shows it: who is there, and how many of the machines each sends. */
final class GroupOnStatus {

  private static final double NS = 1e9;
  private static final double MS = 1e3;

  private GroupOnStatus() {}

  static GroupStatus of(Group.Status now, Live live) {
    List<Asset> machines = live.heard().stream().map(Live.Heard::machine).toList();
    Map<String, Integer> owned = new HashMap<>();
    for (Asset each : machines) {
      String owner = now.owner(each);
      if (owner != null) {
        owned.merge(owner, 1, Integer::sum);
      }
    }
    Member own = now.own();
    return new GroupStatus(
        now.name(),
        now.mode().name().toLowerCase(Locale.ROOT),
        now.self(),
        own.there(),
        own.epoch(),
        machines.size(),
        now.members().stream().map(each -> member(each, now, owned)).toList());
  }

  private static GroupStatus.Member member(
      Member of, Group.Status now, Map<String, Integer> owned) {
    return new GroupStatus.Member(
        of.id(),
        state(of, now),
        of.heardNs() == Member.NEVER ? null : of.heardNs() / NS,
        seconds(of.behindMs()),
        seconds(of.historyMs()),
        of.epoch(),
        owned.getOrDefault(of.id(), 0),
        of.view());
  }

  private static @Nullable Double seconds(long ms) {
    return ms < 0 ? null : ms / MS;
  }

  private static GroupStatus.State state(Member of, Group.Status now) {
    if (!of.there()) {
      return of.id().equals(now.self()) ? GroupStatus.State.DEAF : GroupStatus.State.GONE;
    }
    if (of.sends()) {
      boolean standsBy =
          now.mode() == GroupConfig.Mode.STANDBY && !of.id().equals(now.owner(Asset.NONE));
      return standsBy ? GroupStatus.State.STANDBY : GroupStatus.State.SENDING;
    }
    return of.well() ? GroupStatus.State.WAITING : GroupStatus.State.SICK;
  }
}
