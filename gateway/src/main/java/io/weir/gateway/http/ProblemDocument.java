package io.weir.gateway.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error as the client sees it: a problem document of RFC 9457, {@code application/problem+json}.
 * A handler throws it (or signals it) and the server answers with it.
 */
public final class ProblemDocument extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String title;
  private final String detail;
  private final transient Map<String, Object> members = new LinkedHashMap<>();
  private final transient Map<String, String> headers = new LinkedHashMap<>();

  /**
   * @param status the HTTP status, 400 to 599
   * @param title the kind of problem in a few words
   * @param detail what happened this time, and what the client can do about it
   */
  public ProblemDocument(int status, String title, String detail) {
    super(status + " " + title + ": " + detail, null, false, false);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }

  /** Adds a member of the document beyond the standard ones. */
  public ProblemDocument member(String name, Object value) {
    members.put(name, value);
    return this;
  }

  /** Adds a header of the answer. */
  public ProblemDocument header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  public int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  byte[] document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "about:blank");
    document.put("title", title);
    document.put("status", status);
    document.put("detail", detail);
    document.putAll(members);
    return Json.bytes(document);
  }
}
