package io.weir.gateway.oidc;

/** The provider did not say, or not credibly, who somebody is. */
public final class RefusedException extends Exception {

  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }

  RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
