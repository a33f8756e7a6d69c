package io.weir.gateway.correction;

/**
 * Who said something, when and from where.
 *
 * @param who the name that was given; nobody has checked it while there are no users
 * @param timeNs when it was received, by the gateway's clock
 * @param address of the client
 */
public record Origin(String who, long timeNs, String address) {

  /** Whether the name is that of a user who has logged in: there are none yet. */
  public boolean verified() {
    return false;
  }
}
