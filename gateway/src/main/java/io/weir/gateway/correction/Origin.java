package io.weir.gateway.correction;

/**
 * Who said something, when and from where.
 *
 * @param who the name that was given; nobody has checked it while there are no users
 * @param timeNs when it was received, by the gateway's clock
 * @param address of the client
 * @param key under which the client sends it again if it gets no answer; "" for none
 */
public record Origin(String who, long timeNs, String address, String key) {

  /** One that is not sent again. */
  public Origin(String who, long timeNs, String address) {
    this(who, timeNs, address, "");
  }

  /** Whether the name is that of a user who has logged in: there are none yet. */
  public boolean verified() {
    return false;
  }
}
