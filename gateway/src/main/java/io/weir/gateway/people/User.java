package io.weir.gateway.people;

import io.weir.gateway.http.Role;

/**
 * A person who can log in.
 *
 * @param hash of the password
 */
public record User(String name, Role role, String hash) {

  /** What changes with the password: sessions that were opened with another one have ended. */
  String stamp() {
    return Secrets.digest(hash).substring(0, 16);
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "User[" + name + ", " + role.word() + "]";
  }
}
