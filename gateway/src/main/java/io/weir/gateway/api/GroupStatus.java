package io.weir.gateway.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The group of the gateway as this member knows it.
 *
 * @param mode standby or spread
 * @param member which one answers
 * @param hearsItself whether it hears itself at the broker; else it knows nothing of the others,
 *     and sends nothing
 * @param epoch counts the takeovers; the part of revision from bit 32 on
 * @param machines that this gateway knows, whoever sends them
 * @param members all that are known, this one too, by id
 */
public record GroupStatus(
    String name,
    String mode,
    String member,
    boolean hearsItself,
    long epoch,
    int machines,
    List<Member> members) {

  /** What a member does. */
  public enum State {
    /** It sends what it owns. */
    SENDING,
    /** It would take over at once. */
    STANDBY,
    /** It is there, and catches up or is not yet decided upon. */
    WAITING,
    /** Its stores take nothing. */
    SICK,
    /** It does not hear itself. */
    DEAF,
    /** It is not heard any more. */
    GONE
  }

  /**
   * One member.
   *
   * @param heardSecondsAgo since its last presence; {@code null} where none came since the start
   * @param behindSeconds all that it sends and received longer ago is stored; {@code null} where it
   *     does not know
   * @param historySeconds since when it has received everything; {@code null} as above
   * @param machines it sends this many of those that this gateway knows
   * @param view among whom it divides
   */
  public record Member(
      String id,
      State state,
      @Nullable Double heardSecondsAgo,
      @Nullable Double behindSeconds,
      @Nullable Double historySeconds,
      long epoch,
      int machines,
      List<String> view) {}
}
