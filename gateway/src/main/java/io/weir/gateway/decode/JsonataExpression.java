package io.weir.gateway.decode;

/**
 * What the format {@code jsonata} makes of each payload.
 *
 * @param text the expression; it compiles
 */
public record JsonataExpression(String text) {

  /** The document as it is. */
  public static final JsonataExpression DOCUMENT = new JsonataExpression("$");
}
