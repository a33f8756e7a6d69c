package io.weir.gateway.http;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What somebody may do: people have one of the four roles from viewer to admin, each with the
 * rights of the one before; a program may also have a single right.
 */
public enum Role {
  /** Has not logged in. */
  STRANGER(Right.EVERYONE),
  VIEWER(Right.EVERYONE, Right.VIEW, Right.METRICS),
  OPERATOR(Right.EVERYONE, Right.VIEW, Right.METRICS, Right.OPERATE),
  ENGINEER(Right.EVERYONE, Right.VIEW, Right.METRICS, Right.OPERATE, Right.ENGINEER),
  ADMIN(Right.values()),
  INGEST(Right.EVERYONE, Right.INGEST),
  METRICS(Right.EVERYONE, Right.METRICS);

  private final Set<Right> rights;

  Role(Right... rights) {
    this.rights = EnumSet.copyOf(Arrays.asList(rights));
  }

  public boolean may(Right right) {
    return rights.contains(right);
  }

  /** Whether a person can have it. */
  public boolean isOfPeople() {
    return this != STRANGER && may(Right.VIEW);
  }

  /** As files and answers name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The first role of people that may do something. */
  static Role least(Right right) {
    return Arrays.stream(values())
        .filter(role -> role.isOfPeople() && role.may(right))
        .findFirst()
        .orElse(ADMIN);
  }
}
