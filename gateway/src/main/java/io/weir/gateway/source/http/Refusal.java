package io.weir.gateway.source.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why a request is not taken, as its sender reads it. Thrown while the request is handled. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Seconds after which the sender may try again. */
  private static final String RETRY_AFTER = "1";

  final int status;
  final String title;
  final String detail;
  final transient Map<String, String> headers = new LinkedHashMap<>();

  Refusal(int status, String title, String detail) {
    super(title + ": " + detail, null, false, false);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }

  Refusal header(CharSequence name, String value) {
    headers.put(name.toString(), value);
    return this;
  }

  /** Nothing is wrong with the request; the sender may try again. */
  static Refusal busy(String detail) {
    return new Refusal(503, "Not now", detail).header("retry-after", RETRY_AFTER);
  }

  static Refusal tooLong(int max) {
    return new Refusal(
        413, "Body too long", "a body holds at most " + max + " bytes; send it in parts");
  }
}
