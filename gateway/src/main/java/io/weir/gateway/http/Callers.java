package io.weir.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * Those whom a server knows beside its own token. Asked on an event loop, so it never waits. A
 * secret that is wrong takes as long as one that is right.
 */
public interface Callers {

  /** The program that has a token, or {@code null}. */
  @Nullable Caller ofToken(String token);

  /** The person or the wall of a session, or {@code null}. */
  @Nullable Caller ofSession(String secret);

  /** The name of the cookie that holds the secret of a session. */
  String cookie();
}
