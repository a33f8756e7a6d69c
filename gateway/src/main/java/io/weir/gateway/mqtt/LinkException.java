package io.weir.gateway.mqtt;

import java.io.IOException;

/** A connection that was not made, or is gone. Its message says why, in words for a person. */
public final class LinkException extends IOException {

  private static final long serialVersionUID = 1;

  /** What helps. */
  public enum Kind {
    /** Time: the broker is away, or has failed. */
    AWAY,
    /** Time: the broker says that it is busy. */
    BUSY,
    /** A person: the broker does not let us do it. */
    REFUSED
  }

  private final Kind kind;

  public LinkException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public LinkException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** The same for a person. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
