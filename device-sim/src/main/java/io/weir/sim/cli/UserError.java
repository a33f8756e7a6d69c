package io.weir.sim.cli;

/** The user's input is wrong; the message says what and how to put it right. Exit code 1. */
final class UserError extends RuntimeException {
  UserError(String message) {
    super(message);
  }
}
