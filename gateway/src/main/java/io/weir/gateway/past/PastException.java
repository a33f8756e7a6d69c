package io.weir.gateway.past;

/** The past cannot be told; the message says why, for people. */
public final class PastException extends Exception {

  private static final long serialVersionUID = 1;

  private final boolean tooMuch;

  private PastException(String message, boolean tooMuch) {
    super(message, null, false, false);
    this.tooMuch = tooMuch;
  }

  /** More was asked for than is answered at once. */
  static PastException tooMuch(String message) {
    return new PastException(message, true);
  }

  /** What has it does not answer. */
  static PastException away(String message) {
    return new PastException(message, false);
  }

  /** Whether less of it could be told. */
  public boolean isTooMuch() {
    return tooMuch;
  }
}
