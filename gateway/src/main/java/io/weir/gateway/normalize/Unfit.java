package io.weir.gateway.normalize;

import io.weir.gateway.model.Reason;

/** A sample fails a step. Bad input is normal, so it carries no stack trace. */
final class Unfit extends Exception {

  private final Reason reason;

  Unfit(Reason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  /** One readable sentence. */
  String detail() {
    return String.valueOf(getMessage());
  }
}
