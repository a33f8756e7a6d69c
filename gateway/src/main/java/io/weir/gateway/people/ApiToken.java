package io.weir.gateway.people;

import io.weir.gateway.http.Role;

/**
 * What a program sends to be known.
 *
 * @param digest of its secret
 */
public record ApiToken(String name, Role role, String digest) {

  /** Without the digest. */
  @Override
  public String toString() {
    return "ApiToken[" + name + ", " + role.word() + "]";
  }
}
