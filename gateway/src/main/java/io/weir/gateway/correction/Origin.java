package io.weir.gateway.correction;

/**
 * Who said something, when and from where.
 *
 * @param who the name of the user, or the one that was given
 * @param timeNs when it was received, by the gateway's clock
 * @param address of the client
 * @param key under which the client sends it again if it gets no answer; "" for none
 * @param verified whether it is a user who had logged in; otherwise nobody has checked the name
 * @param where at which gateway of a group
 */
public record Origin(
    String who, long timeNs, String address, String key, boolean verified, Where where) {

  /** Said at this gateway. */
  public Origin(String who, long timeNs, String address, String key, boolean verified) {
    this(who, timeNs, address, key, verified, Where.HERE);
  }

  /** One whose name nobody has checked. */
  public Origin(String who, long timeNs, String address, String key) {
    this(who, timeNs, address, key, false);
  }

  /** One that is not sent again. */
  public Origin(String who, long timeNs, String address) {
    this(who, timeNs, address, "");
  }

  /** The same, said at another place. */
  Origin at(Where place) {
    return new Origin(who, timeNs, address, key, verified, place);
  }
}
