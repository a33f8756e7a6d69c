package io.weir.gateway.decode;

import io.weir.gateway.model.Rejected;
import java.io.IOException;

/** A payload cannot be read yet, but soon: what says how to read it is on its way. */
final class NotYet extends IOException {

  private static final long serialVersionUID = 1;

  private final transient Rejected rejected;

  /**
   * @param rejected what to say of a payload that cannot wait
   */
  NotYet(Rejected rejected) {
    super(rejected.detail());
    this.rejected = rejected;
  }

  Rejected rejected() {
    return rejected;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this; // it says nothing of a fault
  }
}
