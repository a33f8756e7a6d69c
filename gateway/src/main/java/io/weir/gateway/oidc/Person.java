package io.weir.gateway.oidc;

import org.jspecify.annotations.Nullable;

/**
 * Whom the provider knows.
 *
 * @param name as the provider has it; "" where it tells none
 * @param role the role that this person has here, or {@code null} for none
 * @param login by which the provider says later that it has ended
 */
public record Person(String name, @Nullable String role, Login login) {

  /**
   * A login at the provider.
   *
   * @param subject who it is there; "" where only the session is named
   * @param session "" where the provider names none
   */
  public record Login(String subject, String session) {}
}
