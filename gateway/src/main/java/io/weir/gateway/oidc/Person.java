package io.weir.gateway.oidc;

import org.jspecify.annotations.Nullable;

/**
 * Whom the provider knows.
 *
 * @param name as the provider has it; "" where it tells none
 * @param role the role that this person has here, or {@code null} for none
 */
public record Person(String name, @Nullable String role) {}
