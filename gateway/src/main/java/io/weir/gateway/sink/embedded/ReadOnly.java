package io.weir.gateway.sink.embedded;

import io.questdb.cairo.CairoException;
import io.questdb.cairo.SecurityContext;
import io.questdb.cairo.security.ReadOnlySecurityContext;

/** Reads, and nothing else: also none of what QuestDB allows to every user of its open edition. */
final class ReadOnly extends ReadOnlySecurityContext {

  static final SecurityContext INSTANCE = new ReadOnly();

  private static CairoException denied() {
    return CairoException.authorization().put("Write permission denied");
  }

  @Override
  public void authorizeSettings() {
    throw denied();
  }

  @Override
  public void authorizeSqlEngineAdmin() {
    throw denied();
  }

  @Override
  public void authorizeSystemAdmin() {
    throw denied();
  }

  @Override
  public boolean isQueryCancellationAllowed() {
    return false;
  }

  @Override
  public boolean isSystemAdmin() {
    return false;
  }
}
