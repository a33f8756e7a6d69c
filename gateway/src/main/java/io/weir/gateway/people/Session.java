package io.weir.gateway.people;

/**
 * Somebody who has logged in, or a wall that was paired.
 *
 * @param id by which it is listed and ended
 * @param digest of its secret
 * @param name of the user or the wall
 * @param isWall a wall stays until it is ended
 * @param stamp of the user's password when it began; "" of a wall
 * @param beganMs when, since 1970
 * @param endsMs when it ends by itself
 */
public record Session(
    String id,
    String digest,
    String name,
    boolean isWall,
    String stamp,
    long beganMs,
    long endsMs) {

  /** Without the digest. */
  @Override
  public String toString() {
    return "Session[" + id + ", " + name + "]";
  }
}
