package io.weir.gateway.group;

import java.util.List;

/**
 * A member as this gateway knows it.
 *
 * @param there whether it was heard lately; of this one, whether it hears itself
 * @param view among whom it divides
 * @param well whether its stores take what it sends
 * @param heardNs how long ago it was heard; {@link #NEVER} where it was not since the start
 * @param behindMs all that is its own and that it received longer ago is stored; {@link
 *     Presence#UNKNOWN} where that is not known
 * @param historyMs for how long it has received everything
 */
public record Member(
    String id,
    boolean there,
    boolean well,
    List<String> view,
    long epoch,
    long heardNs,
    long behindMs,
    long historyMs) {

  /** Not heard since the start. */
  public static final long NEVER = -1;

  static Member of(Membership.Heard heard, boolean there, long nowNs) {
    Presence said = heard.presence();
    return new Member(
        said.id(),
        there,
        said.well(),
        said.view(),
        said.epoch(),
        nowNs - heard.atNs(),
        said.mostBehindMs(),
        said.historyMs());
  }

  static Member unheard(String id) {
    return new Member(id, false, true, List.of(), 0, NEVER, Presence.UNKNOWN, NEVER);
  }

  /** Whether assets are divided to it, as it says itself. */
  public boolean sends() {
    return there && view.contains(id);
  }
}
