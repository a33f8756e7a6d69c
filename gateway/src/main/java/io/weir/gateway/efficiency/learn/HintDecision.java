package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.config.LearnedConfig;
import io.weir.gateway.model.Asset;

/**
 * What a person said about a hint.
 *
 * @param id of the hint
 * @param confirmed whether the finding is right; otherwise it was dismissed
 * @param asset the machine
 * @param who the name of the user, or the one that was given
 * @param verified whether it is a user who had logged in; otherwise nobody has checked the name
 * @param timeNs when
 * @param address from which address, "" where not known
 * @param comment may be empty
 * @param size how far the finding was from its reference then
 * @param reason what the hint said then
 * @param toPaste what it had to paste then; may be empty
 */
public record HintDecision(
    String id,
    boolean confirmed,
    Asset asset,
    String who,
    boolean verified,
    long timeNs,
    String address,
    String comment,
    double size,
    String reason,
    String toPaste) {

  static final HintDecision BLANK =
      new HintDecision("", false, Asset.NONE, "", false, 0, "", "", 0, "", "");

  /** A finding so many times as large is another one for who has decided. */
  private static final double WORSE = 1.5;

  /**
   * Whether it still holds of a finding. A confirmed or dismissed finding comes back when it has
   * become half as large again, a dismissed one also after a time.
   */
  boolean holdsOf(Finding finding, long wallNs, LearnedConfig config) {
    boolean inTime = confirmed || wallNs - timeNs < config.dismissedFor().toNanos();
    return inTime && finding.size() <= WORSE * size;
  }

  /**
   * @param tellsVerified whether the bytes say whether the name was checked: those of format 1 do
   *     not
   */
  HintDecision exchange(StateCodec codec, boolean tellsVerified) {
    return new HintDecision(
        codec.name(id),
        codec.flag(confirmed),
        codec.machine(asset),
        codec.name(who),
        tellsVerified && codec.flag(verified),
        codec.number(timeNs),
        codec.name(address),
        codec.name(comment),
        codec.real(size),
        codec.name(reason),
        codec.name(toPaste));
  }
}
