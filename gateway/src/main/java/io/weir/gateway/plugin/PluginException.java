package io.weir.gateway.plugin;

/** A plugin, or two together, cannot be used. The message says which, why, and what to do. */
public final class PluginException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public PluginException(String message) {
    super(message);
  }

  public PluginException(String message, Throwable cause) {
    super(message, cause);
  }
}
