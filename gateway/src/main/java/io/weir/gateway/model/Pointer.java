package io.weir.gateway.model;

/**
 * Names a place in a payload as a user may write it in the configuration: by the metric's name, or
 * by JSON Pointer (RFC 6901).
 */
public final class Pointer {

  private Pointer() {}

  /**
   * The name that flattening gives to that place: {@code /motor/temp} is {@code motor.temp}, {@code
   * /phases/0} is {@code phases.0}; what does not start with a slash is a name already.
   */
  public static String toName(String pointerOrName) {
    if (!pointerOrName.startsWith("/")) {
      return pointerOrName;
    }
    return pointerOrName.substring(1).replace('/', '.').replace("~1", "/").replace("~0", "~");
  }
}
