package io.weir.gateway.people;

import io.weir.gateway.http.Role;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has logged in, or a wall that was paired.
 *
 * @param id by which it is listed and ended
 * @param digest of its secret
 * @param name of the user or the wall
 * @param isWall a wall stays until it is ended
 * @param stamp of the user's password when it began, or of the rules of the provider; "" of a wall
 * @param beganMs when, since 1970
 * @param endsMs when it ends by itself
 * @param role of somebody whom a provider knows, who is not in the file of users; else {@code null}
 * @param subject who that is at the provider, or {@code null}
 * @param there the session at the provider, or {@code null} where it names none
 */
public record Session(
    String id,
    String digest,
    String name,
    boolean isWall,
    String stamp,
    long beganMs,
    long endsMs,
    @Nullable Role role,
    @Nullable String subject,
    @Nullable String there) {

  /** Whether it is of somebody whom a provider knows. */
  public boolean byProvider() {
    return role != null;
  }

  /** Whether it is of a login at the provider; one whose session is not known, by the subject. */
  boolean isOf(String otherSubject, String session) {
    return (session.isEmpty() || there == null)
        ? !otherSubject.isEmpty() && otherSubject.equals(subject)
        : session.equals(there);
  }

  /** Without the digest. */
  @Override
  public String toString() {
    return "Session[" + id + ", " + name + "]";
  }
}
