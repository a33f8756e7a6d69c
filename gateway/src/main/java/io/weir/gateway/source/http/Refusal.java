package io.weir.gateway.source.http;

/** Why a request is not taken, as its sender is told. Thrown inside a handler's own stream. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1;

  final int status;
  final String title;
  final String detail;

  Refusal(int status, String title, String detail) {
    super(title + ": " + detail, null, false, false);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }

  /** Nothing is wrong with the request; it comes at a bad time. */
  static Refusal busy(String detail) {
    return new Refusal(503, "Not now", detail);
  }

  boolean isBusy() {
    return status == 503;
  }
}
