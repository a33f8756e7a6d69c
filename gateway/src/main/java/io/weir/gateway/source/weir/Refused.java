package io.weir.gateway.source.weir;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why a request is not taken, as its sender reads it: a problem document of RFC 9457. */
final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1;

  final int status;
  final String title;
  final String detail;
  final transient Map<String, Object> members = new LinkedHashMap<>();

  /** Seconds after which to try again, 0 for no word of it. */
  final int retryAfter;

  Refused(int status, String title, String detail) {
    this(status, title, detail, 0);
  }

  private Refused(int status, String title, String detail, int retryAfter) {
    super(title + ": " + detail, null, false, false);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  /** Whether the same may be taken in a moment. */
  boolean isForNow() {
    return retryAfter > 0;
  }

  Refused member(String name, Object value) {
    members.put(name, value);
    return this;
  }

  static Refused busy(String detail) {
    return new Refused(503, "Not now", detail, 1);
  }

  static Refused bad(String detail) {
    return new Refused(400, "Bad batch", detail);
  }
}
