package io.weir.gateway.correction;

/**
 * Takes a correction back: the figures are then as if it had never been made. Both stay in the log.
 *
 * @param of the id of the correction
 */
public record Undo(long id, long of, String comment, Origin origin) implements Entry {

  @Override
  public Undo withId(long number) {
    return new Undo(number, of, comment, origin);
  }

  @Override
  public Undo withOrigin(Origin from) {
    return new Undo(id, of, comment, from);
  }
}
