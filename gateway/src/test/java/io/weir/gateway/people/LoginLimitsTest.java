package io.weir.gateway.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoginLimitsTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LoginLimits limits = new LoginLimits();

  @Test
  void tenTriesOfAUserFromAnywhereThenOneInTenSeconds() {
    for (int i = 0; i < 10; i++) {
      assertThat(limits.tries("anna", "address " + i, 0)).isZero();
    }
    assertThat(limits.tries("anna", "another", 0)).isBetween(10L, 11L);
    assertThat(limits.tries("anna", "another", 5 * SECOND)).isBetween(5L, 6L);
    assertThat(limits.tries("anna", "another", 10 * SECOND)).isZero();
    assertThat(limits.tries("anna", "another", 10 * SECOND)).isPositive();
  }

  @Test
  void twentyTriesOfAnAddressWhoeverIsTried() {
    for (int i = 0; i < 20; i++) {
      assertThat(limits.tries("user " + i, "here", 0)).isZero();
    }
    assertThat(limits.tries("one more", "here", 0)).isPositive();
    assertThat(limits.tries("one more", "elsewhere", 0)).isZero();
  }

  @Test
  void whoHasLoggedInFromThereIsLockedOutByNobodyElse() {
    assertThat(limits.tries("anna", "here", 0)).isZero();
    limits.right("anna", "here");
    for (int i = 0; i < 100; i++) {
      limits.tries("anna", "elsewhere", 0);
      limits.tries("user " + i, "here", 0);
    }
    for (int i = 0; i < 50; i++) {
      assertThat(limits.tries("anna", "here", 0)).isZero();
      limits.right("anna", "here");
    }
    for (int i = 0; i < 10; i++) {
      assertThat(limits.tries("anna", "here", 0)).as("wrong ones count").isZero();
    }
    assertThat(limits.tries("anna", "here", 0)).isPositive();
  }

  @Test
  void aRightPasswordDoesNotCount() {
    for (int i = 0; i < 100; i++) {
      assertThat(limits.tries("user " + i, "a proxy", 0)).isZero();
      limits.right("user " + i, "a proxy");
    }
  }

  @Test
  void whatIsRememberedOfInventedNamesAndAddressesIsBounded() {
    for (int i = 0; i < 9; i++) {
      limits.tries("anna", "her own place " + i, 0);
    }
    for (int i = 0; i < 50_000; i++) {
      limits.tries("invented " + i, "address " + i, 0);
    }
    assertThat(limits.tries("anna", "another", 0)).as("forgotten, and allowed again").isZero();
  }
}
