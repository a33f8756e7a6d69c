package io.weir.gateway.decode;

/**
 * What the format {@code jsonata} makes of each payload.
 *
 * @param text the expression; it compiles
 * @param json how its result is read
 */
public record JsonataExpression(String text, JsonDecoder.Options json) {

  /** The document as it is. */
  public static final JsonataExpression DOCUMENT =
      new JsonataExpression("$", JsonDecoder.Options.DEFAULT);
}
