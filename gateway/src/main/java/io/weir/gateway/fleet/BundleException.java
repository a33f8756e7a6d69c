package io.weir.gateway.fleet;

/** A bundle or a key cannot be used; the message says why, for people. */
public final class BundleException extends Exception {

  private static final long serialVersionUID = 1;

  public BundleException(String message) {
    super(message);
  }

  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
