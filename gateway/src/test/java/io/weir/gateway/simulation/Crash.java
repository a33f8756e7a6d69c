package io.weir.gateway.simulation;

/** Ends the gateway in the middle of what it does. No part of it may go on after this. */
final class Crash extends Error {

  private static final long serialVersionUID = 1;

  Crash() {
    super("the process dies here", null, false, false);
  }
}
