package io.weir.gateway.source;

/** For sources that take nothing from other gateways. */
public final class NoPassage implements Passage {

  @Override
  public void begin(String source, Place first) {
    throw new AssertionError("told of " + first);
  }

  @Override
  public Known known(String source, Place place, boolean mustStand) {
    throw new AssertionError("asked for " + place);
  }

  @Override
  public Inbox.Answer pass(Passed row, boolean again, Delivery.Settled settled) {
    throw new AssertionError("given " + row);
  }

  @Override
  public void repeated(String source, int rows) {
    throw new AssertionError("told of " + rows);
  }
}
